package dev.tutti.nn.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The files of `resources/torch`, which PyTorch wrote, and archives with other parts than they
/// have.
final class TorchSamples {
  private TorchSamples() {}

  static Path file(String name) {
    try {
      return Path.of(TorchSamples.class.getResource("/torch/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The parts of an archive by their names, without the folder's.
  static Map<String, byte[]> parts(String name) {
    byte[] all = bytes(name);
    Map<String, byte[]> parts = new LinkedHashMap<>();
    for (ZipDirectory.Entry entry : ZipDirectory.read(file(name), name)) {
      byte[] part =
          Arrays.copyOfRange(all, (int) entry.start(), (int) (entry.start() + entry.size()));
      parts.put(entry.name().substring(entry.name().indexOf('/') + 1), part);
    }
    return parts;
  }

  static byte[] pickle(String name) {
    return parts(name).get("data.pkl");
  }

  /// The archive with another pickle.
  static byte[] withPickle(String name, byte[] pickle) {
    Map<String, byte[]> parts = parts(name);
    parts.put("data.pkl", pickle);
    return archive(parts, ZipEntry.STORED);
  }

  static byte[] archive(Map<String, byte[]> parts, int method) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> part : parts.entrySet()) {
        ZipEntry entry = new ZipEntry("archive/" + part.getKey());
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          CRC32 sum = new CRC32();
          sum.update(part.getValue());
          entry.setSize(part.getValue().length);
          entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(part.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
