package dev.tutti.nn.data.read;

/// The samples of a JPEG picture's components as pixels: a component with fewer samples is brought
/// to the picture's size, and the colours become RGB.
///
/// Both are computed in integers as the Independent JPEG Group's library and libjpeg-turbo do
/// ("fancy upsampling"), and CMYK as Pillow converts it, so that the bytes are those of Pillow and
/// torchvision.
final class JpegPixels {
  /// What the components are.
  enum Colours {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  private final JpegComponent[] components;
  private final int mostAcross;
  private final int mostDown;
  private final byte[][] rows;
  private final int[] sums;

  JpegPixels(JpegComponent[] components, int mostAcross, int mostDown) {
    this.components = components;
    this.mostAcross = mostAcross;
    this.mostDown = mostDown;
    int widest = 0;
    for (JpegComponent c : components) {
      widest = Math.max(widest, c.stride * mostAcross / c.across);
    }
    this.rows = new byte[components.length][widest];
    this.sums = new int[widest];
  }

  /// The pixels, grey or RGB.
  byte[] of(ImageDecoder.Size size, Colours colours) {
    int channels = colours == Colours.GREY ? 1 : 3;
    byte[] pixels = new byte[size.height() * size.width() * channels];
    for (int y = 0; y < size.height(); y++) {
      for (int c = 0; c < components.length; c++) {
        row(components[c], y, rows[c]);
      }
      int at = y * size.width() * channels;
      if (colours == Colours.GREY) {
        System.arraycopy(rows[0], 0, pixels, at, size.width());
        continue;
      }
      if (colours == Colours.YCC || colours == Colours.YCCK) {
        rgb(rows[0], rows[1], rows[2], size.width());
      }
      if (components.length == 4) {
        black(colours, size.width());
      }
      for (int x = 0; x < size.width(); x++) {
        pixels[at + 3 * x] = rows[0][x];
        pixels[at + 3 * x + 1] = rows[1][x];
        pixels[at + 3 * x + 2] = rows[2][x];
      }
    }
    return pixels;
  }

  /// Row `y` of the picture from the component's samples.
  private void row(JpegComponent c, int y, byte[] to) {
    int wide = mostAcross / c.across;
    int high = mostDown / c.down;
    int near = y / high * c.stride;
    // The row that is next nearest; beyond the edge it is the nearest one.
    int other = y / high + (y % high == 0 ? -1 : 1);
    int far = Math.clamp(other, 0, c.height - 1) * c.stride;
    if (wide == 1 && high == 1) {
      System.arraycopy(c.samples, near, to, 0, c.width);
    } else if (wide == 1 && high == 2) {
      for (int x = 0; x < c.width; x++) {
        int sum = 3 * (c.samples[near + x] & 0xff) + (c.samples[far + x] & 0xff);
        to[x] = (byte) (sum + 1 + y % 2 >> 2);
      }
    } else if (wide == 2 && high <= 2 && c.width > 2) {
      for (int x = 0; x < c.width; x++) {
        int sample = c.samples[near + x] & 0xff;
        sums[x] = high == 1 ? sample : 3 * sample + (c.samples[far + x] & 0xff);
      }
      twice(c.width, high == 1 ? 1 : 8, high == 1 ? 2 : 7, 2 * high, to);
    } else {
      for (int x = 0; x < c.width; x++) {
        for (int i = 0; i < wide; i++) {
          to[x * wide + i] = c.samples[near + x];
        }
      }
    }
  }

  /// Twice as many columns as `sums` has, each three parts its own and one part its neighbour's.
  private void twice(int width, int left, int right, int shift, byte[] to) {
    for (int x = 0; x < width; x++) {
      int before = sums[Math.max(0, x - 1)];
      int after = sums[Math.min(width - 1, x + 1)];
      to[2 * x] = (byte) (3 * sums[x] + before + left >> shift);
      to[2 * x + 1] = (byte) (3 * sums[x] + after + right >> shift);
    }
  }

  /// Y, Cb, Cr to R, G, B in place (T.871), with factors of 16 bits.
  private static void rgb(byte[] first, byte[] second, byte[] third, int width) {
    for (int x = 0; x < width; x++) {
      int y = first[x] & 0xff;
      int cb = (second[x] & 0xff) - 128;
      int cr = (third[x] & 0xff) - 128;
      first[x] = sample(y + (91881 * cr + 32768 >> 16));
      second[x] = sample(y + (-22554 * cb - 46802 * cr + 32768 >> 16));
      third[x] = sample(y + (116130 * cb + 32768 >> 16));
    }
  }

  private static byte sample(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  /// C, M, Y, K to R, G, B in place. As Adobe's programs write them, 255 in the file means no ink.
  /// What YCCK has in the place of RGB is the amount of ink.
  private void black(Colours colours, int width) {
    byte[] light = rows[3];
    for (int c = 0; c < 3; c++) {
      byte[] row = rows[c];
      for (int x = 0; x < width; x++) {
        int ink = colours == Colours.YCCK ? row[x] & 0xff : 255 - (row[x] & 0xff);
        int product = ink * (light[x] & 0xff) + 128;
        row[x] = (byte) ((light[x] & 0xff) - ((product >> 8) + product >> 8));
      }
    }
  }
}
