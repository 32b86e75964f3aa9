package dev.tutti.nn.data.read;

import dev.tutti.nn.data.read.ImageDecoder.Size;
import dev.tutti.nn.data.read.ImageDecoder.SizeCheck;
import dev.tutti.nn.io.DataError;
import java.util.Arrays;
import java.util.stream.IntStream;

/// JPEG files to pixels (ITU-T T.81): Huffman-coded, sequential or progressive, 8 bits a sample, 1
/// (grey), 3 (RGB, YCbCr) or 4 components (CMYK, YCCK).
///
/// All of a file is checked, up to the marker of its end: each block must be there, with each bit
/// of its coefficients. What follows the end is ignored, and so are colour profiles, orientation,
/// thumbnails and comments.
final class JpegDecoder {
  private static final int MOST_SCANS = 256;
  private static final int END = 0xd9;
  private static final int SCAN = 0xda;

  /// What to do with a file whose picture may be whole, with something wrong around it.
  static final String SAVE_AGAIN =
      "; if another program shows the whole picture, save it again there";

  private final String shown;
  private final byte[] file;
  private final int[][] quantization = new int[4][];
  private final HuffmanTable[][] codes = new HuffmanTable[2][4]; // for first and other coefficients
  private boolean jfif;
  private int adobe = -1; // Adobe's number for the colours: 0 means RGB or CMYK
  private int interval;
  private boolean progressive;
  private Size size;
  private JpegComponent[] components;
  private int mostAcross;
  private int mostDown;
  private JpegPixels.Colours colours;

  private JpegDecoder(String shown, byte[] file) {
    this.shown = shown;
    this.file = file;
  }

  /// Decodes the JPEG file `file`, which messages call `shown`.
  static ImageDecoder.Image decode(String shown, byte[] file, SizeCheck check) {
    return new JpegDecoder(shown, file).decode(check);
  }

  private ImageDecoder.Image decode(SizeCheck check) {
    int scans = 0;
    for (int at = code(2); number(at) != END; at = code(at)) {
      int marker = number(at++);
      if (marker == 1 || marker >= 0xd0 && marker <= 0xd7) {
        continue; // has no contents
      }
      if (marker < 0xc0 || marker == 0xd8 || marker > 0xef && marker != 0xfe && marker != 0xf7) {
        throw damaged("0xff%02x at byte %d is not a marker here".formatted(marker, at - 2));
      }
      int end = at + (at + 1 < file.length ? number2(at) : 0);
      if (end < at + 2 || end > file.length) {
        throw damaged("a segment at byte %d runs past the end of the file".formatted(at));
      }
      if (marker == SCAN) {
        if (++scans > MOST_SCANS) {
          throw new DataError("%s: more than %d scans are not read".formatted(shown, MOST_SCANS));
        }
        at = scan(at + 2, end);
      } else {
        segment(marker, at + 2, end, check);
        at = end;
      }
    }
    return image();
  }

  /// The place of the code of the marker at `at`: 0xff, once or more, is before it.
  private int code(int at) {
    int code = at;
    while (code < file.length && file[code] == (byte) 0xff) {
      code++;
    }
    if (code >= file.length) {
      throw damaged("the file ends without an end of the image" + advice());
    }
    if (code == at) {
      throw damaged("no marker at byte %d".formatted(at) + advice());
    }
    return code;
  }

  /// [#SAVE_AGAIN] if all of the picture has come.
  private String advice() {
    return isComplete() ? SAVE_AGAIN : "";
  }

  private boolean isComplete() {
    return components != null
        && Arrays.stream(components).allMatch(c -> Arrays.stream(c.lowest).allMatch(b -> b == 0));
  }

  private int number(int at) {
    return file[at] & 0xff;
  }

  private int number2(int at) {
    return number(at) << 8 | number(at + 1);
  }

  private void segment(int marker, int from, int to, SizeCheck check) {
    switch (marker) {
      case 0xc0, 0xc1, 0xc2 -> frame(marker, from, to, check);
      case 0xc4 -> huffman(from, to);
      case 0xdb -> quantization(from, to);
      case 0xdd -> interval = to - from == 2 ? number2(from) : lying(from);
      case 0xe0 -> jfif |= to - from >= 14 && ImageFormat.has(file, from, "JFIF\0");
      case 0xee -> {
        if (to - from >= 12 && ImageFormat.has(file, from, "Adobe")) {
          adobe = number(from + 11);
        }
      }
      case 0xc3, 0xc7, 0xcb, 0xcf, 0xf7 -> throw unread("a lossless JPEG");
      case 0xc5, 0xc6, 0xcd, 0xce, 0xde, 0xdf -> throw unread("a hierarchical JPEG");
      case 0xc9, 0xca, 0xcc -> throw unread("a JPEG with arithmetic coding");
      default -> {} // other segments say nothing about the pixels
    }
  }

  private DataError damaged(String found) {
    return ImageDecoder.damaged(shown, found);
  }

  private DataError unread(String what) {
    return new DataError("%s: is %s, which is not read".formatted(shown, what));
  }

  private int lying(int from) {
    throw damaged("the segment at byte %d has a wrong length".formatted(from - 2));
  }

  private void quantization(int start, int to) {
    int from = start;
    while (from < to) {
      int bytes = number(from) >> 4 == 0 ? 1 : 2;
      int table = file[from++] & 15;
      if (table > 3 || from + 64 * bytes > to) {
        lying(start);
      }
      int[] values = new int[64];
      for (int k = 0; k < 64; k++, from += bytes) {
        values[JpegScan.ZIGZAG[k]] = bytes == 1 ? number(from) : number2(from);
      }
      if (Arrays.stream(values).anyMatch(v -> v == 0)) {
        throw damaged("the quantization table at byte %d has a 0".formatted(from - 64 * bytes));
      }
      quantization[table] = values;
    }
  }

  private void huffman(int start, int to) {
    int from = start;
    while (from < to) {
      int kind = number(from) >> 4;
      int table = file[from++] & 15;
      if (kind > 1 || table > 3 || from + 16 > to) {
        lying(start);
      }
      int[] counts = new int[16];
      for (int i = 0; i < 16; i++) {
        counts[i] = number(from++);
      }
      int sum = Arrays.stream(counts).sum();
      if (sum > 256 || from + sum > to) {
        lying(start);
      }
      byte[] symbols = Arrays.copyOfRange(file, from, from + sum);
      HuffmanTable code = HuffmanTable.of(counts, symbols);
      boolean sizes = kind == 1 || IntStream.range(0, sum).allMatch(i -> (symbols[i] & 0xf0) == 0);
      if (code == null || !sizes) {
        throw damaged("the Huffman code at byte %d is not valid".formatted(from));
      }
      codes[kind][table] = code;
      from += sum;
    }
  }

  private void frame(int marker, int from, int to, SizeCheck check) {
    if (components != null) {
      throw damaged("a second frame at byte %d".formatted(from));
    }
    if (to - from < 6 || to - from != 6 + 3 * number(from + 5)) {
      lying(from);
    }
    if (number(from) != 8) {
      throw unread("a JPEG with %d bits a sample".formatted(number(from)));
    }
    int count = number(from + 5);
    size = new Size(number2(from + 1), number2(from + 3));
    progressive = marker == 0xc2;
    if (count != 1 && count != 3 && count != 4) {
      throw unread("a JPEG with %d components".formatted(count));
    }
    // A block of 64 pixels takes at least one bit.
    ImageDecoder.check(shown, size, 512, file.length);
    components = new JpegComponent[count];
    for (int c = 0, at = from + 6; c < count; c++, at += 3) {
      components[c] =
          new JpegComponent(number(at), number(at + 1) >> 4, file[at + 1] & 15, number(at + 2));
      mostAcross = Math.max(mostAcross, components[c].across);
      mostDown = Math.max(mostDown, components[c].down);
    }
    for (JpegComponent c : components) {
      place(c);
    }
    check.accept(size, bytes());
    for (JpegComponent c : components) {
      c.allocate(progressive);
    }
  }

  /// The most bytes that the picture takes at once while it is decoded: a progressive one holds its
  /// coefficients and the first samples, at last each holds all samples and the pixels.
  private long bytes() {
    long samples = Arrays.stream(components).mapToLong(c -> c.count).sum();
    long most = Arrays.stream(components).mapToLong(c -> c.count).max().orElseThrow();
    long pixels = (long) size.height() * size.width() * channels();
    return Math.max(progressive ? 2 * samples + most : 0, samples + pixels);
  }

  private int channels() {
    return components.length == 1 ? 1 : 3;
  }

  private void place(JpegComponent c) {
    if (c.across < 1 || c.across > 4 || c.down < 1 || c.down > 4 || c.table > 3) {
      throw damaged("a component of %d×%d blocks, table %d".formatted(c.across, c.down, c.table));
    }
    if (mostAcross % c.across != 0 || mostDown % c.down != 0) {
      throw unread(
          "a JPEG with %d×%d samples of a component for %d×%d of another"
              .formatted(c.across, c.down, mostAcross, mostDown));
    }
    c.width = Math.ceilDiv(size.width() * c.across, mostAcross);
    c.height = Math.ceilDiv(size.height() * c.down, mostDown);
    c.place(unitsHigh(), unitsWide());
  }

  private int unitsHigh() {
    return Math.ceilDiv(size.height(), 8 * mostDown);
  }

  private int unitsWide() {
    return Math.ceilDiv(size.width(), 8 * mostAcross);
  }

  /// Reads the scan whose segment goes from `from` to `to`, and returns the place of the marker
  /// that follows it.
  private int scan(int from, int to) {
    if (components == null) {
      throw damaged("a scan at byte %d, before the frame".formatted(from));
    }
    int count = to > from ? number(from) : 0;
    if (count < 1 || count > components.length || to - from != 4 + 2 * count) {
      lying(from);
    }
    colours = colours == null ? colours() : colours;
    JpegScan.Band band = progressive ? band(to - 3, count) : new JpegScan.Band(0, 63, 0, 0);
    JpegScan.Part[] parts = new JpegScan.Part[count];
    int blocks = 0;
    for (int p = 0; p < count; p++) {
      parts[p] = part(from + 1 + 2 * p, band);
      blocks += parts[p].component().across * parts[p].component().down;
    }
    if (count > 1 && blocks > 10) {
      throw damaged("a scan with units of %d blocks".formatted(blocks));
    }
    JpegBits bits = new JpegBits(shown, file, to);
    return new JpegScan(bits, parts, band, progressive).read(unitsHigh(), unitsWide(), interval);
  }

  private JpegScan.Band band(int at, int count) {
    JpegScan.Band band =
        new JpegScan.Band(number(at), number(at + 1), number(at + 2) >> 4, file[at + 2] & 15);
    boolean first = band.from() == 0 && band.to() == 0;
    boolean others = band.from() > 0 && band.to() <= 63 && band.from() <= band.to() && count == 1;
    boolean bits = band.low() <= 13 && (band.high() == 0 || band.low() == band.high() - 1);
    if (!bits || !first && !others) {
      throw damaged("the scan with byte %d makes no sense: %s".formatted(at, band));
    }
    return band;
  }

  /// The component and the tables that the two bytes at `at` name.
  private JpegScan.Part part(int at, JpegScan.Band band) {
    JpegComponent component = null;
    for (JpegComponent c : components) {
      // If several have that name, the first one that has not been read yet is meant.
      component = component == null && c.id == number(at) && c.lacks(band) ? c : component;
    }
    if (component == null) {
      throw damaged("the scan with byte %d has a part that is not due".formatted(at));
    }
    Arrays.fill(component.lowest, band.from(), band.to() + 1, band.low());
    if (component.quantization == null) {
      component.quantization = quantization[component.table];
      if (component.quantization == null) {
        throw damaged("quantization table %d is missing".formatted(component.table));
      }
    }
    return new JpegScan.Part(
        component,
        band.from() == 0 && band.high() == 0 ? code(0, number(at + 1) >> 4) : null,
        band.to() > 0 ? code(1, file[at + 1] & 15) : null);
  }

  private HuffmanTable code(int kind, int table) {
    if (table > 3 || codes[kind][table] == null) {
      throw damaged("Huffman table %d is missing".formatted(table));
    }
    return codes[kind][table];
  }

  /// What the components are, by the rules of the Independent JPEG Group's library.
  private JpegPixels.Colours colours() {
    if (components.length == 1) {
      return JpegPixels.Colours.GREY;
    }
    if (components.length == 4) {
      return adobe > 0 ? JpegPixels.Colours.YCCK : JpegPixels.Colours.CMYK;
    }
    boolean named = components[0].id == 'R' && components[1].id == 'G' && components[2].id == 'B';
    boolean rgb = !jfif && (adobe >= 0 ? adobe == 0 : named);
    return rgb ? JpegPixels.Colours.RGB : JpegPixels.Colours.YCC;
  }

  private ImageDecoder.Image image() {
    if (components == null) {
      throw damaged("the file has no picture");
    }
    if (!isComplete()) {
      throw damaged("the file ends before all parts of the picture have come");
    }
    for (JpegComponent c : components) {
      if (progressive && !c.transform()) {
        throw damaged("a coefficient out of range");
      }
    }
    byte[] pixels = new JpegPixels(components, mostAcross, mostDown).of(size, colours);
    return new ImageDecoder.Image(size, channels(), pixels);
  }
}
