package dev.tutti.nn.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a file is that is neither JPEG nor PNG, whatever its name says, by its first bytes.
enum ImageFormat {
  GIF("a GIF image", 0, "GIF8"),
  WEBP("a WebP image", 8, "WEBP"),
  BMP("a BMP image", 0, "BM"),
  TIFF("a TIFF image", 0, "II*\0", "MM\0*", "II+\0", "MM\0+"),
  AVIF("an AVIF image", 4, "ftypavif", "ftypavis"),
  HEIF("a HEIF image", 4, "ftyphei", "ftyphev", "ftypmif1", "ftypmsf1"),
  JPEG_2000("a JPEG 2000 image", 0, "\0\0\0\u000cjP  ", "\u00ff\u004f\u00ff\u0051"),
  JPEG_XL("a JPEG XL image", 0, "\0\0\0\u000cJXL ", "\u00ff\n"),
  ICON("an ICO image", 0, "\0\0\u0001\0"),
  PHOTOSHOP("a Photoshop image", 0, "8BPS"),
  NETPBM("a Netpbm image", 0, "P1", "P2", "P3", "P4", "P5", "P6"),
  SVG("an SVG image", 0, "<svg"),
  XML("an XML file", 0, "<?xml"),
  HTML("an HTML page", 0, "<!DOCTYPE", "<!doctype", "<html", "<HTML"),
  PDF("a PDF file", 0, "%PDF");

  private final String noun;
  private final int at;
  private final String[] magic;

  ImageFormat(String noun, int at, String... magic) {
    this.noun = noun;
    this.at = at;
    this.magic = magic;
  }

  /// "a GIF image; JPEG and PNG are read", or the like for what is not known.
  static String found(byte[] file) {
    for (ImageFormat format : values()) {
      for (String magic : format.magic) {
        if (has(file, format.at, magic)) {
          return format.noun + "; JPEG and PNG are read";
        }
      }
    }
    StringBuilder start = new StringBuilder();
    for (int i = 0; i < Math.min(4, file.length); i++) {
      start.append("%02x".formatted(file[i]));
    }
    return "neither JPEG nor PNG (%s)"
        .formatted(file.length == 0 ? "empty" : "starts with 0x" + start);
  }

  /// Whether the file has the characters, each a byte, at that place.
  static boolean has(byte[] file, int at, String characters) {
    byte[] bytes = characters.getBytes(StandardCharsets.ISO_8859_1);
    return file.length >= at + bytes.length
        && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
  }
}
