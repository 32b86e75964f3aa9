#!/usr/bin/env bash
# JDK ImageIO applies the colour profile embedded in a JPEG, Pillow (and torchvision on it) does not:
# the same file gives a network other inputs. For CMYK the four bands are equal, but getRGB treats
# them as linear light where convert("RGB") does not. Needs a JDK 25 (JAVA_HOME or PATH).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --no-compile numpy==2.4.6 pillow==13.0.0
cd "$folder"
cat > Colours.java <<'EOF'
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

class Colours {
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("profile")) {
      Files.write(Path.of("linear.icc"), ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData());
      return;
    }
    System.out.println("JDK " + Runtime.version());
    for (String file : arguments) {
      ByteBuffer bytes = ByteBuffer.allocate(96 * 96 * 4);
      bytes.asIntBuffer().put(ImageIO.read(new File(file)).getRGB(0, 0, 96, 96, null, 0, 96));
      Files.write(Path.of(file + ".argb"), bytes.array());
    }
  }
}
EOF
cat > images.py <<'EOF'
import sys
import numpy as np
import PIL
from PIL import Image

if sys.argv[1] == "write":
    coarse = np.random.default_rng(0).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((96, 96), Image.Resampling.BICUBIC)
    image.save("plain.jpg", quality=95)
    image.save("profile.jpg", quality=95, icc_profile=open("linear.icc", "rb").read())
    image.convert("CMYK").save("cmyk.jpg", quality=95)
    sys.exit()
print("Pillow", PIL.__version__, "numpy", np.__version__)
print("expected: the same RGB values from both")
for name, stated in (("plain", 0), ("profile", 73), ("cmyk", 73)):
    pillow = np.asarray(Image.open(name + ".jpg").convert("RGB")).astype(int)
    imageio = np.fromfile(name + ".jpg.argb", np.uint8).reshape(96, 96, 4)[..., 1:]
    difference = abs(pillow - imageio)
    print(f"seen: {name}: mean difference {difference.mean():.1f} of 255, largest {difference.max()}")
    if abs(difference.max() - stated) > 2:
        sys.exit(f"changed: the largest was {stated}")
EOF
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" Colours.java profile
"$folder/venv/bin/python" images.py write
"$java" -Djava.awt.headless=true Colours.java plain.jpg profile.jpg cmyk.jpg
"$folder/venv/bin/python" images.py compare
