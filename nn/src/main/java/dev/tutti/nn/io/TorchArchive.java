package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.tutti.nn.io.PickleValue.Items;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// The two forms of a file of `torch.save` (`torch/serialization.py`): what was saved, and where
/// the storages are that it names.
///
/// Since PyTorch 1.6 the file is a zip archive of `NAME/data.pkl`, `NAME/byteorder` and a file
/// `NAME/data/KEY` for each storage, stored. Before, it was five pickles (a magic number, a
/// version, sizes of C's types, what was saved, the storages' keys) and then, for each key, the
/// number of elements in eight bytes and the elements, all little-endian whatever the machine.
///
/// @param root what was saved
/// @param storages the storages by key
/// @param order the byte order of their elements
record TorchArchive(Object root, Map<String, Place> storages, ByteOrder order) {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;
  private static final String PICKLE = "data.pkl";

  /// The bytes of a storage.
  ///
  /// @param crc their CRC-32; 0 if there is none
  record Place(long start, long bytes, long crc) {
    /// {@return whether their checksum is right, if there is one} Parts of them are copied first:
    /// the JVM crashes if a checksum is computed from a mapped file that has become shorter.
    boolean isSound(MemorySegment storage) {
      if (crc == 0) {
        return true;
      }
      CRC32 sum = new CRC32();
      byte[] part = new byte[(int) Math.min(bytes, Elements.PART)];
      for (long at = 0; at < bytes; at += part.length) {
        int count = (int) Math.min(part.length, bytes - at);
        MemorySegment.copy(storage, JAVA_BYTE, at, part, 0, count);
        sum.update(part, 0, count);
      }
      return sum.getValue() == crc;
    }
  }

  /// Reads the zip archive.
  static TorchArchive zip(MappedFile mapped) {
    String where = mapped.file().toString();
    List<ZipDirectory.Entry> entries = ZipDirectory.read(mapped.file(), where);
    List<ZipDirectory.Entry> pickles =
        entries.stream().filter(entry -> entry.name().matches("[^/]*/data\\.pkl")).toList();
    if (pickles.size() != 1) {
      throw new DataError(
          "%s: holds %s %s; a file of torch.save holds one"
              .formatted(where, pickles.isEmpty() ? "no" : pickles.size(), PICKLE));
    }
    ZipDirectory.Entry pickle = pickles.getFirst();
    String folder = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    Map<String, Place> storages = new HashMap<>();
    for (ZipDirectory.Entry entry : entries) {
      if (entry.name().equals(folder + "byteorder")) {
        order = order(where, checked(mapped, entry));
      } else if (entry.name().startsWith(folder + "data/")) {
        storages.put(
            entry.name().substring(folder.length() + "data/".length()), place(mapped, entry));
      }
    }
    PickleReader reader = new PickleReader(where, checked(mapped, pickle), new TorchObjects());
    return new TorchArchive(reader.read(), storages, order);
  }

  private static Place place(MappedFile mapped, ZipDirectory.Entry entry) {
    String shown = mapped.file() + ": " + DataError.quoted(entry.name());
    if (!entry.stored()) {
      throw new DataError(shown + " is packed; torch.save stores what it writes");
    }
    if (entry.start() + entry.size() > mapped.size()) {
      throw new DataError(mapped.file() + ": was changed while it was read");
    }
    return new Place(entry.start(), entry.size(), entry.crc());
  }

  private static MemorySegment checked(MappedFile mapped, ZipDirectory.Entry entry) {
    Place place = place(mapped, entry);
    MemorySegment bytes = mapped.bytes().asSlice(place.start, place.bytes);
    if (!place.isSound(bytes)) {
      throw new DataError(
          "%s: %s is damaged: its checksum is wrong"
              .formatted(mapped.file(), DataError.quoted(entry.name())));
    }
    return bytes;
  }

  private static ByteOrder order(String where, MemorySegment text) {
    long shown = Math.min(text.byteSize(), 40);
    String name =
        new String(text.asSlice(0, shown).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
    return switch (name) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new DataError(
              "%s: its byte order is %s; little and big are read"
                  .formatted(where, DataError.quoted(name)));
    };
  }

  /// Reads the five pickles.
  static TorchArchive old(MappedFile mapped) {
    String where = mapped.file().toString();
    TorchObjects objects = new TorchObjects();
    PickleReader reader = new PickleReader(where, mapped.bytes(), objects);
    if (!MAGIC.equals(reader.read())) {
      throw new DataError(where + ": does not begin as a file of torch.save does");
    }
    if (!(reader.read() instanceof Long version) || version != VERSION) {
      throw new DataError(
          "%s: is of another version of torch.save's old form than %d".formatted(where, VERSION));
    }
    reader.read(); // the sizes of short, int and long
    Object root = reader.read();
    if (!(reader.read() instanceof Items keys)) {
      throw new DataError(where + ": has no list of its storages");
    }
    Map<String, Place> storages = new HashMap<>();
    long at = reader.at();
    for (Object key : keys.values()) {
      TorchTensor.Storage storage = key instanceof String ? objects.storages().get(key) : null;
      if (storage == null || storage.type() == null) {
        throw new DataError(
            where + ": lists a storage that no tensor has, or one of a type that is not known");
      }
      Place place = next(mapped, storage, at);
      storages.put(storage.key(), place);
      at = place.start + place.bytes;
    }
    if (at != mapped.size()) {
      throw new DataError(
          "%s: goes on after its last storage, which ends at byte %d of %d"
              .formatted(where, at, mapped.size()));
    }
    return new TorchArchive(root, storages, ByteOrder.LITTLE_ENDIAN);
  }

  private static Place next(MappedFile mapped, TorchTensor.Storage storage, long at) {
    long left = mapped.size() - at - Long.BYTES;
    long elements =
        left < 0
            ? 0
            : mapped.bytes().get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at);
    if (left < 0 || elements < 0 || elements > left / storage.type().bytes()) {
      throw new DataError(
          "%s: ends too early, within storage %s"
              .formatted(mapped.file(), DataError.quoted(storage.key())));
    }
    return new Place(at + Long.BYTES, elements * storage.type().bytes(), 0);
  }
}
