package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Checksum;

/// The checksums of a SafeTensors file, two texts of its metadata: `tutti.checksum`, which is
/// `crc32c`, and `tutti.crc32c`, eight hexadecimal digits for the header and eight for each tensor
/// in the header's order.
///
/// The header's is that of all bytes before the first element, with zeros for its own digits. So a
/// bit that has changed anywhere in the file is found: in the header when the file is opened, in a
/// tensor when that is read. Each of the two texts requires the other, for a bit can change in
/// their names too. CRC-32C finds every change within 32 bits and all others but one in four
/// billion; it guards against damage, not against somebody who means to deceive. Processors compute
/// it about as fast as they read memory, SHA-256 many times more slowly.
final class Checksums {
  static final String ALGORITHM = "tutti.checksum";
  static final String SUMS = "tutti.crc32c";

  private static final String CRC32C_NAME = "crc32c";
  private static final int DIGITS = 8;
  private static final byte[] ZEROS = "0".repeat(DIGITS).getBytes(StandardCharsets.US_ASCII);
  private static final int PART = 1 << 16;

  private Checksums() {}

  /// {@return the two texts by name, with zeros for the header's digits; [#seal] puts them in}
  static Map<String, String> of(Collection<Tensor> tensors) {
    StringBuilder sums = new StringBuilder("0".repeat(DIGITS));
    for (Tensor tensor : tensors) {
      CRC32C sum = new CRC32C();
      try {
        Elements.write(tensor, new CheckedOutputStream(OutputStream.nullOutputStream(), sum));
      } catch (IOException e) {
        throw new AssertionError(e); // nothing is written
      }
      sums.append(' ').append(digits(sum));
    }
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(ALGORITHM, CRC32C_NAME);
    texts.put(SUMS, sums.toString());
    return texts;
  }

  /// Puts the header's digits at `place` of `start`, all bytes before the first element.
  static void seal(byte[] start, int place) {
    byte[] digits =
        ofHeader(MemorySegment.ofArray(start), place).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, start, place, DIGITS);
  }

  /// Checks the header.
  ///
  /// @param start all bytes before the first element
  /// @param place the start of the text of [#SUMS] in it, −1 if there is none
  /// @param metadata the header's, from which the texts are removed
  /// @return the digits of each tensor, in the header's order; null if the file has no checksums
  /// @throws DataError if the header's is wrong
  static String[] checked(
      Path file, MemorySegment start, long place, Map<String, String> metadata, int tensors) {
    String algorithm = metadata.remove(ALGORITHM);
    String sums = metadata.remove(SUMS);
    if (algorithm == null && sums == null) {
      return null;
    }
    if (!CRC32C_NAME.equals(algorithm)
        || sums == null
        || !isSums(sums, tensors + 1L)
        || place + DIGITS > start.byteSize()
        || !ofHeader(start, place).equals(sums.substring(0, DIGITS))) {
      throw new DataError(
          ("%s: its header is damaged: the checksum is wrong (if another program has changed the"
                  + " file on purpose, remove the texts %s and %s from its metadata)")
              .formatted(file, ALGORITHM, SUMS));
    }
    return sums.substring(Math.min(sums.length(), DIGITS + 1)).split(" ");
  }

  /// Whether a text is `count` times eight digits, with a space between.
  private static boolean isSums(String text, long count) {
    boolean right = text.length() == (DIGITS + 1) * count - 1;
    for (int i = 0; right && i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
      right = i % (DIGITS + 1) == DIGITS ? c == ' ' : digit;
    }
    return right;
  }

  /// {@return the digits of a checksum}
  static String digits(Checksum sum) {
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  private static String ofHeader(MemorySegment start, long place) {
    CRC32C sum = new CRC32C();
    update(sum, start.asSlice(0, place));
    sum.update(ZEROS, 0, DIGITS);
    update(sum, start.asSlice(place + DIGITS));
    return digits(sum);
  }

  /// By copies on the heap, as [Elements#read(MemorySegment, Checksum)] says.
  private static void update(CRC32C sum, MemorySegment bytes) {
    byte[] part = new byte[(int) Math.min(PART, bytes.byteSize())];
    for (long at = 0; at < bytes.byteSize(); at += part.length) {
      int count = (int) Math.min(part.length, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, part, 0, count);
      sum.update(part, 0, count);
    }
  }
}
