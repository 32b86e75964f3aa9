package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The bits of a JPEG file's entropy-coded data, up to the next marker. A byte 0xff in the data is
/// followed by a 0; a marker is 0xff and another byte.
///
/// Reading past the end gives zeros, so that the loops that decode need no check for each symbol;
/// [#check] finds it afterwards.
final class JpegBits {
  private static final VarHandle FOUR =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final String shown;
  private final byte[] file;
  private int at; // the next byte to take
  private long bits; // from the highest bit on
  private int count; // of them
  private int zeros; // how many of them, at the end, are not from the file

  JpegBits(String shown, byte[] file, int at) {
    this.shown = shown;
    this.file = file;
    this.at = at;
  }

  /// Ensures that 32 bits or more are available: a code word and the bits that belong to it.
  private void fill() {
    if (at <= file.length - 4) {
      int four = (int) FOUR.get(file, at);
      if ((~four - 0x01010101 & four & 0x80808080) == 0) { // none of the four bytes is 0xff
        bits |= (four & 0xffffffffL) << 32 - count;
        count += 32;
        at += 4;
        return;
      }
    }
    while (count <= 56) {
      if (atMarker()) {
        zeros += 64 - count;
        count = 64;
        return;
      }
      bits |= (file[at] & 0xffL) << 56 - count;
      count += 8;
      at += file[at] == (byte) 0xff ? 2 : 1;
    }
  }

  private boolean atMarker() {
    return at >= file.length
        || file[at] == (byte) 0xff && (at + 1 >= file.length || file[at + 1] != 0);
  }

  /// The next symbol of a code.
  int symbol(HuffmanTable table) {
    if (count < 32) {
      fill();
    }
    int found = table.find((int) (bits >>> 48));
    if (found == 0) {
      throw damaged("no code word of the picture data fits");
    }
    bits <<= found >>> 8;
    count -= found >>> 8;
    return found & 0xff;
  }

  /// The next `n` bits, at most 16, as a number.
  int next(int n) {
    if (count < 32) {
      fill();
    }
    int value = (int) (bits >>> 1 >>> 63 - n);
    bits <<= n;
    count -= n;
    return value;
  }

  /// The `n` bits, at most 11, after a symbol as a number with a sign: the lower half of their
  /// values, those that start with a 0, are the negative numbers (T.81, F.2.2.1).
  int signed(int n) {
    int value = (int) (bits >>> 1 >>> 63 - n);
    int negative = (int) ~(bits >> 63); // all ones or zeros: a branch would be guessed wrong
    bits <<= n;
    count -= n;
    return value + (negative & 1 - (1 << n));
  }

  /// Refuses data that ended before what was read of them.
  void check() {
    if (count < zeros) {
      throw damaged("the picture data end too early");
    }
  }

  /// The place of the marker after the data, or of the file's end; the data must be used up.
  int end() {
    check();
    if (count - zeros >= 8 || !atMarker()) {
      throw damaged("picture data are left over", JpegDecoder.SAVE_AGAIN);
    }
    return at;
  }

  /// Skips the restart marker of that number, modulo 8, which must be the next.
  void restart(int number) {
    at = end();
    while (at < file.length - 1 && file[at] == file[at + 1]) {
      at++; // 0xff before a marker fills up
    }
    if (at >= file.length - 1 || (file[at + 1] & 0xff) != 0xd0 + (number & 7)) {
      throw damaged("restart marker " + (number & 7) + " is missing");
    }
    at += 2;
    bits = 0;
    count = 0;
    zeros = 0;
  }

  /// The error that the picture data are damaged.
  DataError damaged(String found) {
    return damaged(found, "");
  }

  private DataError damaged(String found, String advice) {
    return ImageDecoder.damaged(
        shown, "%s, at byte %d of %d%s".formatted(found, at, file.length, advice));
  }
}
