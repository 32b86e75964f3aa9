package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Linear;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files of other kinds in place of a SafeTensors file.
class FileKindTest {
  private static final String TORCH =
      "is a file of torch.save, not a SafeTensors file; TorchWeights.load and TorchFile.open read"
          + " it";
  private static final String LIGHTNING =
      "is a Lightning checkpoint, not a SafeTensors file; TorchWeights.load and TorchFile.open read"
          + " it";
  private static final String SAVE = "; save its arrays in Python, as docs/pytorch.md shows";

  /// How old files of torch.save begin.
  private static final String OLD =
      "\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\31.\u0080\2M\u00e9\3.\u0080\2}q\0(X\20\0\0\0";

  @TempDir Path folder;

  /// A file and what is said of it.
  record Row(String name, byte[] content, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, String bytes, String said) {
    return new Row(name, bytes.getBytes(StandardCharsets.ISO_8859_1), said);
  }

  private static Row zip(String name, String said, Map<String, String> first, String... names)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(0);
      for (Map.Entry<String, String> entry : first.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.ISO_8859_1));
      }
      for (String entry : names) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(new byte[100]);
      }
    }
    return new Row(name, out.toByteArray(), said);
  }

  static Stream<Row> rows() throws IOException {
    String list = "\u0080\2ccollections\nOrderedDict\nq\0)Rq\1(X\10\0\0\0000.weight";
    String checkpoint = "\u0080\2}q\0(X\5\0\0\0epochX\31\0\0\0pytorch-lightning_versionq\3";
    return Stream.of(
        zip("new.pth", TORCH, Map.of("new/data.pkl", list), "new/byteorder", "new/data/0"),
        zip("pytorch_model.bin", TORCH, Map.of("archive/data.pkl", list), "archive/version"),
        zip("last.ckpt", LIGHTNING, Map.of("last/data.pkl", checkpoint), "last/data/0"),
        zip(
            "script.pt",
            "is a TorchScript program, not a SafeTensors file; convert it in Python:"
                + " save_file(torch.jit.load(f).state_dict(), g), as docs/pytorch.md shows",
            Map.of(),
            "script/data/0",
            "script/data.pkl",
            "script/code/__torch__.py",
            "script/constants.pkl"),
        zip(
            "a.npz",
            "is an archive of NumPy arrays (.npz), not a SafeTensors file; Npz.read reads it",
            Map.of(),
            "a.npy"),
        zip(
            "m.keras",
            "is a Keras model, not a SafeTensors file; save its weights in Python, as"
                + " docs/pytorch.md shows",
            Map.of(),
            "metadata.json",
            "config.json",
            "model.weights.h5"),
        zip("m.zip", "is a zip archive, not a SafeTensors file; unpack it", Map.of(), "m.bin"),
        row("old.pth", OLD + "protocol_versionq\1", TORCH),
        row("old.ckpt", OLD + "pytorch-lightning_versionq\1", LIGHTNING),
        row(
            "a.pkl",
            "\u0080\4\u0095\7\0\0\0\0\0\0\0}\u0094s.",
            "is a Python pickle, not a" + " SafeTensors file" + SAVE),
        row(
            "m.h5",
            "\u0089HDF\r\n\32\n\0\0\0\0\0\10\10\0",
            "is an HDF5 file, not a SafeTensors" + " file" + SAVE),
        row(
            "m.onnx",
            "\10\7\22\7pytorch\32\0052.0.0:",
            "is an ONNX model, not a SafeTensors file;"
                + " save its initializers in Python, as docs/pytorch.md shows"),
        row(
            "m.gguf",
            "GGUF\3\0\0\0\1\0\0\0",
            "is a GGUF model, not a SafeTensors file; take the"
                + " SafeTensors files that it was made from"),
        row(
            "m.tflite",
            "\34\0\0\0TFL3\24\0",
            "is a TensorFlow Lite model, not a SafeTensors file;"
                + " take the weights that it was made from"),
        row(
            "a.npy",
            "\u0093NUMPY\1\0v\0{'descr",
            "is a NumPy array (.npy), not a SafeTensors" + " file; Npy.read reads it"),
        row(
            "m.safetensors.gz",
            "\37\u008b\10\0\0\0\0\0\0\3",
            "is compressed with gzip, not a SafeTensors file; unpack it"),
        row("m.xz", "\u00fd7zXZ\0\0\4", "is compressed with xz, not a SafeTensors file; unpack it"),
        row(
            "m.zst",
            "(\u00b5/\u00fd\4X\1\0",
            "is compressed with zstd, not a SafeTensors file;" + " unpack it"),
        row("m.bz2", "BZh91AY&SY", "is compressed with bzip2, not a SafeTensors file; unpack it"),
        row(
            "m.tar",
            "m".repeat(257) + "ustar\00000",
            "is a tar archive, not a SafeTensors file;" + " unpack it"),
        row(
            "lfs",
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n",
            "is a pointer of Git LFS to the file, not a SafeTensors file; git lfs pull gets the"
                + " file itself"),
        row(
            "page",
            "\n<!DOCTYPE html>\n<html><body>",
            "is a web page (HTML or XML), not a" + " SafeTensors file; download the file itself"),
        row(
            "page2",
            "<HTML lang=en>",
            "is a web page (HTML or XML), not a SafeTensors file;" + " download the file itself"),
        row(
            "denied",
            "\u00ef\u00bb\u00bf<?xml version=\"1.0\"?><Error>",
            "is a web page (HTML or" + " XML), not a SafeTensors file; download the file itself"),
        row(
            "m.safetensors.index.json",
            "{\n  \"metadata\": {},\n  \"weight_map\": {}\n}",
            "is the index of a model in several files, not a SafeTensors file; read the"
                + " SafeTensors files that it names"),
        row(
            "config.json",
            "{\"a\": 1}",
            "is JSON text, not a SafeTensors file; it holds no" + " tensors"),
        row(
            "gone",
            "Entry not found",
            "is text that begins with \"Entry not found\", not a" + " SafeTensors file"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyDoorSaysWhatTheFileIs(Row row) throws IOException {
    Path file = Files.write(folder.resolve(row.name), row.content);
    Linear model = Linear.init(Key.of(1), 2, 2);
    List<Consumer<Path>> doors =
        new ArrayList<>(List.of(SafeTensors::read, SafeTensors::open, Checkpoint::read));
    if (!row.said.equals(TORCH) && !row.said.equals(LIGHTNING)) {
      doors.add(path -> TorchWeights.load(model, path));
      doors.add(path -> TorchWeights.load((Key key) -> Linear.init(key, 2, 2), path));
    }
    for (Consumer<Path> door : doors) {
      assertEquals(
          file + ": " + row.said,
          assertThrows(DataError.class, () -> door.accept(file)).getMessage());
    }
  }

  /// Cut off anywhere, a file of another kind is refused with one line.
  @ParameterizedTest
  @MethodSource("rows")
  void everyStartGetsOneLine(Row row) throws IOException {
    Path file = folder.resolve("start");
    for (int length = 0; length < row.content.length; length++) {
      Mutations.write(file, java.util.Arrays.copyOf(row.content, length));
      for (Consumer<Path> door :
          List.<Consumer<Path>>of(
              SafeTensors::read,
              TorchFile::open,
              path -> TorchWeights.load(Linear.init(Key.of(1), 2, 2), path))) {
        DataError error = assertThrows(DataError.class, () -> door.accept(file));
        assertEquals(1, error.getMessage().lines().count());
      }
    }
  }

  @Test
  void aSafeTensorsFileIsNotAnArray() {
    Path file = folder.resolve("a.safetensors");
    new SafeTensors(Map.of("a", Tensor.ones(2))).write(file);
    for (Consumer<Path> door : List.<Consumer<Path>>of(Npy::read, Npz::read, Npz::open)) {
      String said = assertThrows(DataError.class, () -> door.accept(file)).getMessage();
      assertTrue(said.startsWith(file + ": is a SafeTensors file, not a"), said);
    }
  }
}
