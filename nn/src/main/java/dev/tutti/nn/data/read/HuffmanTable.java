package dev.tutti.nn.data.read;

/// A Huffman code of a JPEG file: up to 256 symbols with code words of 1 to 16 bits, given by the
/// number of words of each length and the symbols in the order of their words (T.81, annex C).
final class HuffmanTable {
  /// Words of up to this many bits are found by one lookup in a table.
  static final int LOOK = 9;

  private final int[] short9 = new int[1 << LOOK];
  private final int[] end = new int[17];
  private final int[] shift = new int[17];
  private final byte[] symbols;

  private HuffmanTable(byte[] symbols) {
    this.symbols = symbols;
  }

  /// The table of `counts[i]` words of i + 1 bits, or null if there are not that many words of a
  /// length.
  static HuffmanTable of(int[] counts, byte[] symbols) {
    HuffmanTable table = new HuffmanTable(symbols);
    int code = 0;
    int first = 0;
    for (int length = 1; length <= 16; length++) {
      int count = counts[length - 1];
      if (code + count > 1 << length) {
        return null;
      }
      table.shift[length] = first - code;
      for (int i = 0; i < count && length <= LOOK; i++) {
        int entry = length << 8 | symbols[first + i] & 0xff;
        int from = code + i << LOOK - length;
        for (int j = 0; j < 1 << LOOK - length; j++) {
          table.short9[from + j] = entry;
        }
      }
      first += count;
      code += count;
      table.end[length] = code << 16 - length;
      code <<= 1;
    }
    return table;
  }

  /// The word that starts `next`, 16 bits: its length · 256 + its symbol, or 0 if none does.
  int find(int next) {
    int entry = short9[next >>> 16 - LOOK];
    for (int length = LOOK + 1; entry == 0 && length <= 16; length++) {
      if (next < end[length]) {
        entry = length << 8 | symbols[(next >>> 16 - length) + shift[length]] & 0xff;
      }
    }
    return entry;
  }
}
