package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What a file is by its first bytes, and what to do with one that is not of the wanted kind:
/// models come as many kinds of files, and a download can be anything.
///
/// At most 64 KB are read, and as many at the end of a zip archive, which has its list of names
/// there. Nothing is unpacked and nothing is run.
enum FileKind {
  SAFETENSORS("a SafeTensors file", "SafeTensors.read reads it"),
  NPY("a NumPy array (.npy)", "Npy.read reads it", 0, "\u0093NUMPY"),
  NPZ("an archive of NumPy arrays (.npz)", "Npz.read reads it"),
  LIGHTNING("a Lightning checkpoint", "TorchWeights.load and TorchFile.open read it"),
  TORCH_SCRIPT(
      "a TorchScript program",
      "convert it in Python: save_file(torch.jit.load(f).state_dict(), g), as docs/pytorch.md"
          + " shows"),
  TORCH("a file of torch.save", "TorchWeights.load and TorchFile.open read it"),
  PICKLE("a Python pickle", "save its arrays in Python, as docs/pytorch.md shows"),
  HDF5(
      "an HDF5 file",
      "save its arrays in Python, as docs/pytorch.md shows",
      0,
      "\u0089HDF\r\n\32\n"),
  KERAS("a Keras model", "save its weights in Python, as docs/pytorch.md shows"),
  ONNX("an ONNX model", "save its initializers in Python, as docs/pytorch.md shows"),
  GGUF("a GGUF model", "take the SafeTensors files that it was made from", 0, "GGUF"),
  TFLITE("a TensorFlow Lite model", "take the weights that it was made from", 4, "TFL3"),
  ZIP("a zip archive", "unpack it"),
  GZIP("compressed with gzip", "unpack it", 0, "\37\u008b\b"),
  XZ("compressed with xz", "unpack it", 0, "\u00fd7zXZ\0"),
  ZSTD("compressed with zstd", "unpack it", 0, "(\u00b5/\u00fd"),
  BZIP2("compressed with bzip2", "unpack it", 0, "BZh"),
  TAR("a tar archive", "unpack it", 257, "ustar"),
  LFS_POINTER("a pointer of Git LFS to the file", "git lfs pull gets the file itself"),
  WEB_PAGE("a web page (HTML or XML)", "download the file itself"),
  INDEX("the index of a model in several files", "read the SafeTensors files that it names"),
  JSON("JSON text", "it holds no tensors");

  private static final int MOST = 1 << 16;

  /// The name in a zip archive's first local header begins here.
  private static final int ZIP_NAME = 30;

  /// How torch.save began before it wrote zip archives: the pickle of a magic number.
  private static final String OLD_TORCH = "\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\31.";

  private static final String LIGHTNING_KEY = "pytorch-lightning_version";

  private final String what;
  private final String advice;
  private final int at;
  private final String signature;

  FileKind(String what, String advice) {
    this(what, advice, 0, null);
  }

  /// @param at the place of `signature` in such a file, its characters being bytes
  FileKind(String what, String advice, int at, String signature) {
    this.what = what;
    this.advice = advice;
    this.at = at;
    this.signature = signature;
  }

  /// Refuses a file if it is certainly of another kind than `expected`.
  ///
  /// @param where the file, for the error
  static void refuseOther(String where, MemorySegment file, FileKind expected) {
    FileKind kind = of(file);
    boolean fits =
        kind == expected
            || (kind == ZIP && expected == NPZ) // also without an array
            || (kind == LIGHTNING && expected == TORCH);
    if (kind != null && !fits) {
      throw new DataError(
          "%s: is %s, not %s; %s".formatted(where, kind.what, expected.what, kind.advice));
    }
    String text = kind == null ? start(file) : "";
    if (!text.isBlank()
        && text.chars().allMatch(c -> (c >= ' ' && c < 127) || c == '\n' || c == '\t')) {
      throw new DataError(
          "%s: is text that begins with %s, not %s"
              .formatted(where, DataError.quoted(text.strip()), expected.what));
    }
  }

  private static String start(MemorySegment file) {
    return text(file, 0, Math.min(file.byteSize(), 48)).replace("\r", "");
  }

  /// Bytes as characters of the same numbers.
  private static String text(MemorySegment file, long from, long to) {
    return new String(
        file.asSlice(from, to - from).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /// {@return the kind of a file, null if it is none of these}
  static FileKind of(MemorySegment file) {
    long size = file.byteSize();
    if (isSafeTensors(file)) {
      return SAFETENSORS;
    }
    String head = text(file, 0, Math.min(size, MOST));
    if (head.startsWith("PK\3\4") && head.length() > ZIP_NAME) {
      return inZip(head, text(file, Math.max(0, size - MOST), size));
    }
    if (head.startsWith(OLD_TORCH)) {
      return head.contains(LIGHTNING_KEY) ? LIGHTNING : TORCH;
    }
    for (FileKind kind : values()) {
      if (kind.signature != null && head.startsWith(kind.signature, kind.at)) {
        return kind;
      }
    }
    return isPickle(head, text(file, Math.max(0, size - 1), size))
        ? PICKLE
        : isOnnx(head) ? ONNX : inText(head);
  }

  /// {@return whether it is a file of torch.save}
  static boolean isTorch(MemorySegment file) {
    FileKind kind = of(file);
    return kind == TORCH || kind == LIGHTNING;
  }

  /// {@return whether it begins as a zip archive does}
  static boolean isZip(MemorySegment file) {
    return text(file, 0, Math.min(file.byteSize(), 4)).equals("PK\3\4");
  }

  private static boolean isSafeTensors(MemorySegment file) {
    if (file.byteSize() <= Long.BYTES) {
      return false;
    }
    long length = file.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    char first = (char) file.get(JAVA_BYTE, Long.BYTES);
    return length >= 2
        && length <= SafeTensorsHeader.LONGEST
        && (first == '{' || Character.isWhitespace(first));
  }

  private static FileKind inZip(String head, String tail) {
    String both = head + tail;
    if (both.contains("/constants.pkl")) {
      return TORCH_SCRIPT;
    }
    if (both.contains("/data.pkl")) {
      return head.contains(LIGHTNING_KEY) ? LIGHTNING : TORCH;
    }
    return both.contains("model.weights.h5") ? KERAS : both.contains(".npy") ? NPZ : ZIP;
  }

  /// A protocol buffer has no mark of its own; a model begins with the version of its format, field
  /// 1, and goes on with one of the fields 2 to 8.
  private static boolean isOnnx(String head) {
    return head.length() > 8
        && head.charAt(0) == 8
        && head.charAt(1) > 0
        && head.charAt(1) < 64
        && "\22\32\"(2:B".indexOf(head.charAt(2)) >= 0;
  }

  /// Protocols 2 to 5; a pickle ends with a point.
  private static boolean isPickle(String head, String last) {
    return head.length() > 2
        && head.charAt(0) == 0x80
        && head.charAt(1) >= 2
        && head.charAt(1) <= 5
        && last.equals(".");
  }

  private static FileKind inText(String head) {
    String text = head.startsWith("\u00ef\u00bb\u00bf") ? head.substring(3) : head;
    text = text.stripLeading();
    if (text.startsWith("version https://git-lfs.github.com/spec/")) {
      return LFS_POINTER;
    }
    if (text.startsWith("{\"") || text.matches("(?s)\\{\\s+\".*")) {
      return text.contains("\"weight_map\"") ? INDEX : JSON;
    }
    String lower = text.substring(0, Math.min(text.length(), 64)).toLowerCase(Locale.ROOT);
    return lower.matches("(?s)<(!doctype|html|\\?xml|head|body|error|!--).*") ? WEB_PAGE : null;
  }
}
