package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.concat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.io.DataError;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.Test;

/// JPEG files that lack something, have something twice or in the wrong place, or are of a kind
/// that is not read.
class JpegDecoderTest {
  private static final int SOF0 = 0xc0;
  private static final String SAVE_AGAIN =
      "; if another program shows the whole picture, save it again there";

  private static final int SOF2 = 0xc2;
  private static final int DHT = 0xc4;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int DQT = 0xdb;
  private static final int DRI = 0xdd;

  private final Map<String, PillowTest.Case> cases = PillowTest.cases();
  private final PillowTest.Case baseline = cases.get("jpeg/ycc-420-baseline-34x21");
  private final PillowTest.Case restarts = cases.get("jpeg/ycc-420-restart-blocks-34x21");
  private final PillowTest.Case progressive = cases.get("jpeg/ycc-420-progressive-34x21");

  private static ImageDecoder.Image decode(byte[] file) {
    try (ImageDecoder decoder = new ImageDecoder()) {
      return decoder.decode("x.jpg", file, (size, bytes) -> {});
    }
  }

  private static void assertRefused(String found, byte[] file) {
    assertError("x.jpg: " + found, () -> decode(file));
  }

  private static void assertDamaged(byte[] file) {
    String found = assertThrows(DataError.class, () -> decode(file)).getMessage();
    assertTrue(found.startsWith("x.jpg: damaged image: "), found);
  }

  private static void assertWhole(PillowTest.Case expected, byte[] file) {
    assertEquals(0, PillowTest.difference(expected, decode(file)));
  }

  /// A file's start, its segments with the data that follow them, and its end.
  private static List<byte[]> parts(byte[] file) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int at = 2; at < file.length - 1; ) {
      parts.add(Arrays.copyOfRange(file, from, at));
      from = at;
      boolean scan = (file[at + 1] & 0xff) == SOS;
      at += 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
      while (scan && !(file[at] == -1 && file[at + 1] != 0 && (file[at + 1] & 0xf8) != 0xd0)) {
        at++;
      }
      if ((file[at + 1] & 0xff) == EOI) {
        parts.add(Arrays.copyOfRange(file, from, at));
        parts.add(Arrays.copyOfRange(file, at, file.length));
        return parts;
      }
    }
    throw new AssertionError("no end");
  }

  private static boolean is(byte[] part, int marker) {
    return (part[1] & 0xff) == marker;
  }

  private static byte[] without(byte[] file, int marker) {
    return concat(parts(file).stream().filter(p -> !is(p, marker)).toArray(byte[][]::new));
  }

  private static byte[] twice(byte[] file, int marker) {
    return concat(
        parts(file).stream()
            .flatMap(p -> is(p, marker) ? List.of(p, p).stream() : List.of(p).stream())
            .toArray(byte[][]::new));
  }

  /// The place of the contents of the first segment of that kind.
  private static int contents(byte[] file, int marker) {
    int at = 0;
    for (byte[] part : parts(file)) {
      if (is(part, marker)) {
        return at + 4;
      }
      at += part.length;
    }
    throw new AssertionError("no such segment");
  }

  private static byte[] with(byte[] file, int at, int value) {
    byte[] changed = file.clone();
    changed[at] = (byte) value;
    return changed;
  }

  @Test
  void aMissingSegmentIsNamed() {
    byte[] file = baseline.file();
    assertRefused("damaged image: quantization table 0 is missing", without(file, DQT));
    assertRefused("damaged image: Huffman table 0 is missing", without(file, DHT));
    byte[] unframed = without(file, SOF0);
    assertRefused(
        "damaged image: a scan at byte %d, before the frame".formatted(contents(unframed, SOS)),
        unframed);
    assertRefused(
        "damaged image: the file ends before all parts of the picture have come",
        without(file, SOS));
    assertRefused("damaged image: the file has no picture", without(without(file, SOS), SOF0));
    assertDamaged(without(restarts.file(), DRI));
  }

  /// Its blocks are all there, but what follows them is not.
  @Test
  void aWholePictureWithoutAnEndCanBeSavedAgain() {
    for (PillowTest.Case whole : List.of(baseline, restarts, progressive)) {
      byte[] file = whole.file();
      byte[] cut = Arrays.copyOf(file, file.length - 2);
      assertRefused("damaged image: the file ends without an end of the image" + SAVE_AGAIN, cut);
      assertRefused(
          "damaged image: no marker at byte %d".formatted(cut.length + 4) + SAVE_AGAIN,
          concat(cut, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 2, 7, (byte) 0xff, (byte) 0xd9}));
      byte[] stray = concat(cut, new byte[] {1, 2, 3, (byte) 0xff, (byte) 0xd9});
      String left = assertThrows(DataError.class, () -> decode(stray)).getMessage();
      assertTrue(left.startsWith("x.jpg: damaged image: picture data are left over, at"), left);
      assertTrue(left.endsWith(SAVE_AGAIN), left);
    }
    // Not if some of the picture is missing.
    assertRefused(
        "damaged image: the file ends without an end of the image",
        without(without(baseline.file(), SOS), EOI));
  }

  @Test
  void whatComesTwiceIsRefused() {
    byte[] file = baseline.file();
    int frame = contents(file, SOF0);
    assertRefused("damaged image: a second frame at byte " + (frame + 19), twice(file, SOF0));
    int scan = contents(file, SOS);
    assertRefused(
        "damaged image: the scan with byte %d has a part that is not due"
            .formatted(scan + 1 + file.length - 2 - (scan - 4)),
        twice(file, SOS));
    assertRefused(
        "damaged image: 0xffd8 at byte 2 is not a marker here",
        concat(Arrays.copyOf(file, 2), file));
    assertWhole(baseline, twice(twice(file, DHT), DQT));
  }

  @Test
  void aProgressivePictureNeedsAllItsScans() {
    List<byte[]> parts = parts(progressive.file());
    int scans = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (is(parts.get(i), SOS)) {
        scans++;
        List<byte[]> fewer = new ArrayList<>(parts);
        fewer.remove(i);
        assertDamaged(concat(fewer.toArray(byte[][]::new)));
        List<byte[]> more = new ArrayList<>(parts);
        more.add(i, parts.get(i));
        assertDamaged(concat(more.toArray(byte[][]::new)));
      }
    }
    assertEquals(10, scans);
    byte[] file = progressive.file();
    int band = contents(file, SOS) + 7;
    assertRefused(
        "damaged image: the scan with byte %d makes no sense: Band[from=0, to=5, high=0, low=1]"
            .formatted(band),
        with(file, band + 1, 5));
  }

  /// The places of the restart markers.
  private static List<Integer> restartMarkers(byte[] file) {
    List<Integer> places = new ArrayList<>();
    for (int at = contents(file, SOS) + 10; at < file.length - 1; at++) {
      if (file[at] == -1 && (file[at + 1] & 0xf8) == 0xd0) {
        places.add(at);
      }
    }
    return places;
  }

  @Test
  void restartMarkersMustBeThoseThatAreDue() {
    byte[] file = restarts.file();
    List<Integer> places = restartMarkers(file);
    assertEquals(2, places.size());
    for (int at : places) {
      byte[] before = Arrays.copyOf(file, at);
      byte[] marker = Arrays.copyOfRange(file, at, at + 2);
      byte[] after = Arrays.copyOfRange(file, at + 2, file.length);
      for (int number = 0; number < 8; number++) {
        byte[] changed = with(file, at + 1, 0xd0 + number);
        if (Arrays.equals(changed, file)) {
          assertWhole(restarts, changed);
        } else {
          assertRefused(
              "damaged image: restart marker %d is missing, at byte %d of %d"
                  .formatted(file[at + 1] & 7, at, file.length),
              changed);
        }
      }
      assertDamaged(concat(before, after));
      assertDamaged(concat(before, marker, marker, after));
      assertDamaged(concat(before, new byte[1], marker, after));
      assertWhole(restarts, concat(before, new byte[] {-1, -1, -1}, marker, after));
    }
  }

  @Test
  void whatFollowsTheEndIsNotLookedAt() {
    for (PillowTest.Case whole : List.of(baseline, restarts, progressive)) {
      assertWhole(whole, concat(whole.file(), new byte[] {1, 2, 3, -1, -38}));
      assertWhole(whole, concat(whole.file(), whole.file()));
    }
  }

  @Test
  void dataThatAreLeftOverAreRefused() {
    byte[] file = baseline.file();
    byte[] start = Arrays.copyOf(file, file.length - 2);
    byte[] end = {-1, (byte) EOI};
    String found = "damaged image: picture data are left over, at byte %d of %d" + SAVE_AGAIN;
    for (byte extra : new byte[] {0, 1, 127}) {
      assertRefused(
          found.formatted(file.length - 1, file.length + 1),
          concat(start, new byte[] {extra}, end));
    }
  }

  @Test
  void kindsThatAreNotReadAreNamed() {
    byte[] file = baseline.file();
    int frame = contents(file, SOF0);
    int marker = frame - 3;
    for (int lossless : new int[] {0xc3, 0xc7, 0xcb, 0xcf, 0xf7}) {
      assertRefused("is a lossless JPEG, which is not read", with(file, marker, lossless));
    }
    for (int hierarchical : new int[] {0xc5, 0xc6, 0xcd, 0xce}) {
      assertRefused("is a hierarchical JPEG, which is not read", with(file, marker, hierarchical));
    }
    for (int arithmetic : new int[] {0xc9, 0xca}) {
      assertRefused(
          "is a JPEG with arithmetic coding, which is not read", with(file, marker, arithmetic));
    }
    assertRefused("is a JPEG with 12 bits a sample, which is not read", with(file, frame, 12));
    assertRefused(
        "is a JPEG with 2 components, which is not read",
        concat(
            Arrays.copyOf(file, frame - 2),
            new byte[] {0, 14, 8, 0, 21, 0, 34, 2, 1, 0x11, 0, 2, 0x11, 1},
            Arrays.copyOfRange(file, frame + 15, file.length)));
    assertRefused(
        "is a JPEG with 2×2 samples of a component for 3×2 of another, which is not read",
        with(with(file, frame + 7, 0x32), frame + 10, 0x22));
    assertWhole(baseline, with(file, marker, 0xc1)); // "extended" with 8 bits is the same
    assertRefused("damaged image: 0×34 pixels", with(file, frame + 2, 0));
    assertRefused("damaged image: 21×0 pixels", with(file, frame + 4, 0));
  }

  @Test
  void tablesThatAreNoneAreRefused() {
    byte[] file = baseline.file();
    int table = contents(file, DQT) + 1;
    assertRefused(
        "damaged image: the quantization table at byte %d has a 0".formatted(table),
        with(file, table + 63, 0));
    int code = contents(file, DHT) + 1;
    String found = "damaged image: the Huffman code at byte %d is not valid".formatted(code + 16);
    assertRefused(found, with(file, code + 16, 16)); // a first coefficient of 16 bits
    assertRefused(found, with(with(file, code, 2), code + 2, file[code + 2] - 2)); // too many words
    assertRefused(
        "damaged image: the segment at byte %d has a wrong length".formatted(code - 3),
        with(file, code, 200));
  }

  @Test
  void coefficientsThatNoPictureHasAreRefused() {
    for (byte[] file : List.of(baseline.file(), progressive.file())) {
      byte[] bright = with(file, contents(file, DQT) + 1, 255);
      String found = assertThrows(DataError.class, () -> decode(bright)).getMessage();
      assertTrue(found.startsWith("x.jpg: damaged image: a coefficient out of range"), found);
    }
  }

  /// A grey picture of one block, all zeros, with a scan for each of the lower `bits` bits of each
  /// coefficient.
  private static byte[] manyScans(int bits) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {-1, -40, -1, (byte) DQT, 0, 67, 0});
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 1);
    file.writeBytes(ones);
    file.writeBytes(new byte[] {-1, (byte) SOF2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0});
    for (byte kind : new byte[] {0, 0x10}) { // the word 0 for the symbol 0
      file.writeBytes(new byte[] {-1, (byte) DHT, 0, 20, kind, 1});
      file.writeBytes(new byte[16]);
    }
    for (byte k = 0; k < 64; k++) {
      for (int low = bits - 1; low >= 0; low--) {
        byte precision = (byte) ((low == bits - 1 ? 0 : low + 1) << 4 | low);
        file.writeBytes(new byte[] {-1, (byte) SOS, 0, 8, 1, 1, 0, k, k, precision, 0x7f});
      }
    }
    file.writeBytes(new byte[] {-1, (byte) EOI});
    return file.toByteArray();
  }

  @Test
  void scansHaveABound() {
    byte[] grey = new byte[64];
    Arrays.fill(grey, (byte) 128);
    assertArrayEquals(grey, decode(manyScans(1)).pixels());
    assertArrayEquals(grey, decode(manyScans(4)).pixels());
    assertRefused("more than 256 scans are not read", manyScans(5));
  }

  @Test
  void fourBandsBecomeRgb() {
    String cmyk =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAW"
            + "EBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkGCP/E"
            + "ABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8AVNjxBEDf/9k=";
    ImageDecoder.Image image = decode(Base64.getDecoder().decode(cmyk));
    assertEquals(3, image.channels());
    for (int p = 0; p < 64; p++) {
      byte[] pixel = Arrays.copyOfRange(image.pixels(), 3 * p, 3 * p + 3);
      assertArrayEquals(new byte[] {(byte) 225, 49, 93}, pixel);
    }
  }

  /// A damaged file makes some decoders of the JDK warn, and under some collectors hang.
  @Test
  void theDecoderOfTheRuntimeIsNotAsked() {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    ImageReaderSpi jpeg =
        ImageIO.getImageReadersByFormatName("jpeg").next().getOriginatingProvider();
    registry.deregisterServiceProvider(jpeg);
    try {
      assertTrue(!ImageIO.getImageReadersByFormatName("jpeg").hasNext());
      assertWhole(baseline, baseline.file());
      assertWhole(progressive, progressive.file());
    } finally {
      registry.registerServiceProvider(jpeg);
    }
  }
}
