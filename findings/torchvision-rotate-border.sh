#!/usr/bin/env bash
# torchvision 0.29 rotate(..., BILINEAR): a PIL image and the same values as a tensor differ by up to
# half the range at the border of the turned image, where PIL takes an output pixel wholly from the
# image or from the fill, and the tensor path blends the two; inside they differ by rounding. A model
# trained with one path and served with the other sees another border.
# FINDINGS_VENV names a virtual environment to keep and to use again; without it all is removed at exit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
venv=${FINDINGS_VENV:-$folder/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install -q --no-compile torch==2.15.0 torchvision==0.29.2 pillow==13.0.0 numpy==2.4.6
"$venv/bin/python" - <<'EOF'
import sys
import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import rotate

print("torchvision", torchvision.__version__, "Pillow", PIL.__version__, "torch", torch.__version__)
print("expected: PIL and tensor alike but for rounding, at most 1 of 255 apart")
image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
for mode, far in ((InterpolationMode.NEAREST, False), (InterpolationMode.BILINEAR, True)):
    pil = np.asarray(rotate(Image.fromarray(image), 15, mode)).astype(int)
    tensor = rotate(torch.from_numpy(image).permute(2, 0, 1), 15, mode).permute(1, 2, 0).numpy()
    difference = abs(pil - tensor)
    inside = difference[8:-8, 8:-8].max()
    print(f"seen: {mode.name}: largest difference {difference.max()}, in the middle {inside}")
    if (difference.max() > 60) != far or inside > 1:
        sys.exit("changed: bilinear differed by more than 60 at the border and by 1 inside")
EOF
