package dev.tutti.nn.data.read;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Formats of image files: the endings of their names, and the bytes that they start with. JPEG and
/// PNG are read; the others are known so that an image among them is not taken for something else.
enum ImageFormat {
  JPEG("a JPEG image", "jpg jpeg jpe jfif jif jfi pjpeg pjp", "ffd8ff"),
  PNG("a PNG image", "png apng", "89504e470d0a1a0a"),
  WEBP("a WebP image", "webp", "52494646........57454250"),
  GIF("a GIF image", "gif", "47494638"),
  BMP("a BMP image", "bmp dib", "424d........00000000"),
  TIFF("a TIFF image", "tif tiff", "49492a00", "4d4d002a", "49492b00", "4d4d002b"),
  PNM("a Netpbm image", "ppm pgm pbm pnm pfm pam"),
  HEIF(
      "a HEIF or AVIF image",
      "heic heif hif avif avifs",
      "........6674797068656963",
      "........667479706d696631",
      "........6674797061766966"),
  JPEG_2000("a JPEG 2000 image", "jp2 j2k j2c jpc jpf jpx jpm", "0000000c6a502020", "ff4fff51"),
  JPEG_XL("a JPEG XL image", "jxl", "0000000c4a584c20", "ff0a"),
  CAMERA("a camera's raw image", "raw cr2 cr3 nef arw dng orf rw2 raf pef srw"),
  OTHER("an image", "ico icns tga psd exr hdr dds pcx xbm xpm sgi mpo jxr wdp fits dcm eps svg");

  /// How many bytes of a file [#of(byte\[\])] looks at.
  static final int MAGIC_BYTES = 12;

  private static final Map<String, ImageFormat> BY_ENDING = new HashMap<>();

  static {
    for (ImageFormat format : values()) {
      format.endings.forEach(ending -> BY_ENDING.put(ending, format));
    }
  }

  private final String noun;
  private final List<String> endings;
  private final List<String> magics; // hexadecimal, a dot for any digit

  ImageFormat(String noun, String endings, String... magics) {
    this.noun = noun;
    this.endings = List.of(endings.split(" "));
    this.magics = List.of(magics);
  }

  /// The format that the ending of a file's name means, in upper or lower case, or null.
  static ImageFormat of(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return BY_ENDING.get(ending);
  }

  /// The format that the first bytes of a file show, or null.
  static ImageFormat of(byte[] start) {
    String hex = HexFormat.of().formatHex(start, 0, Math.min(start.length, MAGIC_BYTES));
    for (ImageFormat format : values()) {
      for (String magic : format.magics) {
        boolean same = hex.length() >= magic.length();
        for (int i = 0; same && i < magic.length(); i++) {
          same = magic.charAt(i) == '.' || magic.charAt(i) == hex.charAt(i);
        }
        if (same) {
          return format;
        }
      }
    }
    return null;
  }

  /// What a file is that is neither JPEG nor PNG: "a GIF image; JPEG and PNG are read".
  static String found(byte[] file) {
    ImageFormat format = of(file);
    if (format != null) {
      return format.noun + "; JPEG and PNG are read";
    }
    if (file.length > 0 && file[0] == '<') {
      return "a web page or another text; JPEG and PNG are read";
    }
    String start = HexFormat.of().formatHex(file, 0, Math.min(4, file.length));
    return "neither JPEG nor PNG (%s)"
        .formatted(file.length == 0 ? "empty" : "starts with 0x" + start);
  }

  /// Whether the file has the characters, each a byte, at that place.
  static boolean has(byte[] file, int at, String characters) {
    byte[] bytes = characters.getBytes(StandardCharsets.ISO_8859_1);
    return file.length >= at + bytes.length
        && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
  }

  /// The usual ending of a name.
  String ending() {
    return endings.getFirst();
  }

  /// Whether images of this format are read.
  boolean isRead() {
    return this == JPEG || this == PNG;
  }
}
