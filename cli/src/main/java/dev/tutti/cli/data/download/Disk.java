package dev.tutti.cli.data.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// The operations of a download on the file system, each of which can fail.
public interface Disk {
  /// The file systems of this machine.
  Disk REAL =
      new Disk() {
        @Override
        public long usable(Path folder) throws IOException {
          return Files.getFileStore(folder).getUsableSpace();
        }

        @Override
        public void append(FileChannel file, ByteBuffer bytes) throws IOException {
          while (bytes.hasRemaining()) {
            file.write(bytes, file.size());
          }
        }
      };

  /// {@return the bytes that may still be written below a folder}
  long usable(Path folder) throws IOException;

  /// Writes all of `bytes` at the end of a file.
  void append(FileChannel file, ByteBuffer bytes) throws IOException;
}
