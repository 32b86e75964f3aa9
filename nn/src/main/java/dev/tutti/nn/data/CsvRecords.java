package dev.tutti.nn.data;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The records of a CSV text (RFC 4180): cells between commas, a record per line; a cell between
/// quotes may hold commas, line breaks and, doubled, quotes. Lines end in CR LF, LF or CR. Blank
/// lines are passed over, and so is a byte-order mark at the start. The replacement character
/// U+FFFD, which a decoder puts in place of bytes that mean nothing, is an error.
final class CsvRecords {
  static final int MOST_CELLS = 1 << 20;
  static final int LONGEST_CELL = 1 << 20;

  private static final int END = -1;
  private static final char REPLACEMENT = '\ufffd';

  private final Path file;
  private final Reader reader;
  private final char[] buffer = new char[1 << 16];
  private int position;
  private int limit;
  private final StringBuilder cell = new StringBuilder();
  private int line = 1; // the one that the next character is on
  private int first; // the one that the current record starts on

  CsvRecords(Path file, Reader reader) {
    this.file = file;
    this.reader = reader;
    if (peek() == '\ufeff') {
      position++;
    }
  }

  /// The number, from 1, of the line on which the record that [#next] gave last starts.
  int line() {
    return first;
  }

  /// The cells of the next record, or null at the end.
  List<String> next() {
    while (peek() == '\n' || peek() == '\r') {
      endLine();
    }
    if (peek() == END) {
      return null;
    }
    first = line;
    List<String> cells = new ArrayList<>();
    while (true) {
      if (cells.size() == MOST_CELLS) {
        throw error(first, "more than %d cells".formatted(MOST_CELLS));
      }
      cells.add(peek() == '"' ? quotedCell() : plainCell());
      int c = peek();
      if (c == ',') {
        position++;
        continue;
      }
      if (c != END) {
        endLine();
      }
      return cells;
    }
  }

  /// Reads up to the next comma or line end.
  private String plainCell() {
    // Most cells lie within the buffer and need no copying, character by character.
    for (int i = position; i < limit; i++) {
      char c = buffer[i];
      if (c == ',' || c == '\n' || c == '\r') {
        String text = new String(buffer, position, i - position);
        position = i;
        return text;
      }
      if (c == '"' || c == REPLACEMENT) {
        break;
      }
    }
    cell.setLength(0);
    for (int c = peek(); c != ',' && c != '\n' && c != '\r' && c != END; c = peek()) {
      if (c == '"') {
        throw error(line, "a quote within a cell that does not start with one");
      }
      add(c, line);
      position++;
    }
    return cell.toString();
  }

  /// Reads from the opening quote to behind the closing one.
  private String quotedCell() {
    int opened = line;
    position++;
    cell.setLength(0);
    while (true) {
      int c = peek();
      if (c == END) {
        throw error(opened, "a quote is opened here and never closed");
      }
      if (c == '\n' || c == '\r') {
        // A CR LF within quotes stays as it is; both together are one line.
        position++;
        add(c, opened);
        if (c == '\r' && peek() == '\n') {
          position++;
          add('\n', opened);
        }
        line++;
        continue;
      }
      position++;
      if (c == '"') {
        if (peek() != '"') {
          break;
        }
        position++;
      }
      add(c, opened);
    }
    int after = peek();
    if (after != ',' && after != '\n' && after != '\r' && after != END) {
      throw error(
          line,
          "a comma or the line's end must follow a closing quote, found "
              + DataError.quoted(Character.toString(after)));
    }
    return cell.toString();
  }

  private void add(int c, int from) {
    if (cell.length() == LONGEST_CELL) {
      throw error(
          from, "a cell of more than %d characters; is a quote left open?".formatted(LONGEST_CELL));
    }
    cell.append((char) c);
  }

  private void endLine() {
    int c = peek();
    position++;
    if (c == '\r' && peek() == '\n') {
      position++;
    }
    line++;
  }

  private int peek() {
    if (position == limit) {
      try {
        position = 0;
        limit = Math.max(0, reader.read(buffer, 0, buffer.length));
      } catch (IOException e) {
        limit = 0;
        throw ByteInput.failed(file, e);
      }
      if (limit == 0) {
        return END;
      }
    }
    // The decoder puts this character where bytes are not UTF-8.
    if (buffer[position] == REPLACEMENT) {
      throw error(line, "not UTF-8 text");
    }
    return buffer[position];
  }

  private DataError error(int at, String found) {
    return DataError.in(file, "line %d: %s".formatted(at, found));
  }
}
