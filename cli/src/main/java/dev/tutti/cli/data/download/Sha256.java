package dev.tutti.cli.data.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The SHA-256 of files, in hexadecimal.
public final class Sha256 {
  private static final int CHUNK = 1 << 18;

  private Sha256() {}

  /// {@return that of a file}
  public static String of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel);
    }
  }

  /// {@return that of an open file from its start}
  static String of(FileChannel channel) throws IOException {
    MessageDigest digest = digest();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    long position = 0;
    while (true) {
      int count = channel.read(chunk.clear(), position);
      if (count < 0) {
        return HexFormat.of().formatHex(digest.digest());
      }
      position += count;
      digest.update(chunk.flip());
    }
  }

  /// {@return that of a stream to its end, or none if it does not have so many bytes}
  static Optional<String> of(InputStream in, long bytes) throws IOException {
    MessageDigest digest = digest();
    byte[] chunk = new byte[CHUNK];
    long left = bytes;
    for (int count = in.read(chunk); count >= 0 && left >= 0; count = in.read(chunk)) {
      left -= count;
      digest.update(chunk, 0, count);
    }
    return left == 0 ? Optional.of(HexFormat.of().formatHex(digest.digest())) : Optional.empty();
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
