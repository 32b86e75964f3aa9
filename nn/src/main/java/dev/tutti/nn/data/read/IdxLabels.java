package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// The labels of an IDX file: the numbers of `[N]`, or the first column of `[N, K]`, of any type of
/// whole numbers.
final class IdxLabels {
  private static final int USUAL = 0x801;
  private static final Set<Integer> MAGICS =
      Set.of(0x801, 0x802, 0x901, 0x902, 0xb01, 0xb02, 0xc01, 0xc02);
  private static final int LONGEST_ROW = 1 << 16;

  private IdxLabels() {}

  static int[] read(Path file) {
    try (ByteInput in = ByteInput.open(file)) {
      IdxHeader header = IdxHeader.read(in, file, USUAL, "labels", MAGICS);
      int width = header.type() == 0x0c ? 4 : header.type() == 0x0b ? 2 : 1;
      long count = header.size(0);
      long columns = header.size(1);
      if (count == 0 || columns == 0) {
        throw DataError.at(file, "header promises 0 labels; nothing is there to read");
      }
      if (columns * width > LONGEST_ROW) {
        throw DataError.at(
            file,
            "header promises labels of %d %s; at most %d bytes a label are read"
                .formatted(columns, IdxHeader.typeName(header.type()), LONGEST_ROW));
      }
      int row = (int) columns * width;
      long bytes = count * row; // below 2³² · 2¹⁶
      String promise =
          "header promises %s%s"
              .formatted(
                  DataError.counted(count, "label"),
                  row == 1
                      ? ""
                      : " of %d %s (%d bytes)"
                          .formatted(columns, IdxHeader.typeName(header.type()), bytes));
      header.requireLength(in, promise, bytes);
      Memory.check(in.name(), Integer.BYTES * count);
      if (count > Integer.MAX_VALUE - 8) {
        throw DataError.at(file, promise + "; at most 2147483639 are read");
      }
      int[] labels = new int[(int) count];
      byte[] rows = new byte[LONGEST_ROW / row * row];
      for (int n = 0; n < labels.length; ) {
        int more = Math.min(labels.length - n, rows.length / row);
        int got = in.read(rows, 0, more * row);
        if (got < more * row) {
          throw header.cutOff(promise, (long) n * row + got);
        }
        ByteBuffer values = ByteBuffer.wrap(rows);
        for (int k = 0; k < more; k++) {
          labels[n++] = number(values, header.type(), k * row);
        }
      }
      header.requireEnd(in, promise);
      return labels;
    }
  }

  private static int number(ByteBuffer values, int type, int at) {
    return switch (type) {
      case 0x08 -> values.get(at) & 0xff;
      case 0x09 -> values.get(at);
      case 0x0b -> values.getShort(at);
      default -> values.getInt(at);
    };
  }
}
