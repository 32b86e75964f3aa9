#!/usr/bin/env bash
# Pillow 13: convert("RGB") and convert("L"), the first line of most image loaders, cut a 16-bit grey
# PNG (X-rays, depth, microscopy) off at 255 instead of scaling it: nearly all of it is white. A 16-bit
# colour PNG beside it is scaled to 8 bits when it is opened.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --no-compile numpy==2.4.6 pillow==13.0.0 pypng==0.20220715.0
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import sys
import numpy as np
import PIL
import png
from PIL import Image

ramp = np.linspace(0, 65535, 256).astype(np.uint16)
png.Writer(256, 1, greyscale=True, bitdepth=16).write(open("grey.png", "wb"), [ramp])
png.Writer(256, 1, greyscale=False, bitdepth=16).write(open("colour.png", "wb"), [np.repeat(ramp, 3)])
print("Pillow", PIL.__version__, "numpy", np.__version__)
print("expected: a ramp from black to white has a mean of 127.5 of 255, with 16 bits as with 8")
for name, mode, white in (("colour", "RGB", 0.01), ("grey", "RGB", 0.99), ("grey", "L", 0.99)):
    image = Image.open(name + ".png")
    values = np.asarray(image.convert(mode))
    part = (values == 255).mean()
    print(f"seen: {name}, opened as {image.mode}, convert({mode!r}): mean {values.mean():.1f}, {part:.1%} white")
    if abs(part - white) > 0.01:
        sys.exit(f"changed: stated was {white:.0%} white")
EOF
