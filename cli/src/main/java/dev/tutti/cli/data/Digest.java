package dev.tutti.cli.data;

import dev.tutti.nn.data.Dataset;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A fingerprint of a data set's contents.
public final class Digest {
  private Digest() {}

  /// {@return the SHA-256, in hexadecimal, of the shape of an example and then every example: its
  /// label and its values, pixels as bytes and numbers as float32; integers have four bytes,
  /// little-endian}
  public static String sha256(Dataset set) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      int[] shape = set.shape();
      boolean images = shape.length == 3;
      int bytes = Integer.BYTES + set.elements() * (images ? 1 : Float.BYTES);
      ByteBuffer buffer =
          ByteBuffer.allocate(Math.max(bytes, Integer.BYTES * shape.length))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int dim : shape) {
        buffer.putInt(dim);
      }
      digest.update(buffer.flip());
      float[] values = new float[set.elements()];
      for (int i = 0; i < set.size(); i++) {
        set.read(i, values, 0);
        buffer.clear().putInt(set.label(i));
        for (float value : values) {
          if (images) {
            buffer.put(ImageChannels.toByte(value));
          } else {
            buffer.putFloat(value);
          }
        }
        digest.update(buffer.flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
