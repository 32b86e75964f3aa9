package dev.tutti.cli.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
