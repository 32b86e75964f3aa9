#!/usr/bin/env bash
# JDK ImageIO and Pillow (libjpeg-turbo): both give the same bits for JPEG with 4:4:4, 4:2:2, 4:2:0
# and 4:1:1 chroma, but not for 4:4:0 (4:2:2 turned by 90 degrees, as lossless rotation leaves it):
# one interpolates the chroma of the rows, the other repeats it. Needs a JDK 25 (JAVA_HOME or PATH).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --no-compile numpy==2.4.6 pillow==13.0.0 simplejpeg==1.9.0
cd "$folder"
cat > Decode.java <<'EOF'
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

class Decode {
  public static void main(String[] files) throws Exception {
    System.out.println("JDK " + Runtime.version());
    for (String file : files) {
      int[] values = ImageIO.read(new File(file)).getRaster().getPixels(0, 0, 96, 96, (int[]) null);
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
      Files.write(Path.of(file + ".values"), bytes);
    }
  }
}
EOF
cat > images.py <<'EOF'
import sys
import numpy as np
import PIL
import simplejpeg
from PIL import Image

samplings = ("444", "422", "420", "411", "440")
if sys.argv[1] == "write":
    coarse = np.random.default_rng(0).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    image = np.asarray(Image.fromarray(coarse).resize((96, 96), Image.Resampling.BICUBIC)).copy()
    for s in samplings:
        with open(s + ".jpg", "wb") as file:
            file.write(simplejpeg.encode_jpeg(image, quality=95, colorsubsampling=s))
    sys.exit()
print("Pillow", PIL.__version__, "numpy", np.__version__)
print("expected: the same bits for every chroma sampling, as for most")
for s in samplings:
    pillow = np.asarray(Image.open(s + ".jpg")).astype(int)
    imageio = np.fromfile(s + ".jpg.values", np.uint8).reshape(pillow.shape)
    difference = abs(pillow - imageio)
    part = (difference > 0).mean()
    print(f"seen: {s}: {part:.0%} of values differ, by at most {difference.max()}")
    if (part > 0.5) != (s == "440") or (part > 0) != (s == "440"):
        sys.exit("changed: 4:4:0 alone differed, in most values")
EOF
"$folder/venv/bin/python" images.py write
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Djava.awt.headless=true Decode.java ./*.jpg
"$folder/venv/bin/python" images.py compare
