package dev.tutti.bench.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A TorchScript archive written without Python: a zip with the pickled module, its source and a
/// table of constants.
///
/// The module has no state but `training`; its one method is
///
/// ```text
/// def forward(self, t: List[Tensor]) -> Tensor
/// ```
///
/// Its last argument is the number of times that the body is to be repeated, so that a whole loop of
/// steps runs inside one call and what the call costs does not count.
final class ScriptArchive {
  private static final String CLASS =
      """
      class Script(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Script, t: List[Tensor]) -> Tensor:
      """;

  private ScriptArchive() {}

  /// Writes the module whose `forward` has this body.
  static void write(Path file, String body) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "data.pkl", module());
      store(zip, "code/__torch__.py", (CLASS + body.indent(4)).getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// `Script.__new__()` with the state `{"training": False}`, in protocol 2.
  private static byte[] module() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(new byte[] {(byte) 0x80, 2, 'c'});
    out.writeBytes("__torch__\nScript\n".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {')', (byte) 0x81, '}', '(', 'X'});
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(key.length).array());
    out.writeBytes(key);
    out.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("script/" + name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
