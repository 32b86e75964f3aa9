package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The records of a CSV text (RFC 4180): cells between separators, a record per line; a cell
/// between quotes may hold separators, line breaks and, doubled, quotes. Lines end in CR LF, LF or
/// CR. Blank lines are passed over, and so is a byte-order mark at the start. The replacement
/// character U+FFFD, which a decoder puts in place of bytes that mean nothing, is an error.
///
/// With a blank as the separator, any run of blanks and tabs is one, and those at the ends of a
/// line are none.
final class CsvRecords {
  static final int MOST_CELLS = 1 << 20;
  static final int LONGEST_CELL = 1 << 20;

  private static final int END = -1;
  private static final char REPLACEMENT = '\ufffd';
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Reader reader;
  private final Charge charge;
  private final char separator;
  private final char[] buffer;
  private int position;
  private int limit;
  private final StringBuilder cell = new StringBuilder();
  private long line = 1; // the one that the next character is on
  private long first; // the one that the current record starts on
  private long held; // bytes of the current record

  /// Reads records with the given separator, or with the one that the first lines show if it is
  /// [CsvSeparator#DETECTED].
  CsvRecords(Path file, Reader reader, char separator, Charge charge) {
    this.file = file;
    this.reader = reader;
    this.charge = charge;
    this.buffer = new char[BUFFER];
    boolean whole = fill();
    if (limit > 0 && buffer[0] == '\ufeff') {
      position++;
    }
    this.separator =
        separator == CsvSeparator.DETECTED
            ? CsvSeparator.detect(file, buffer, position, limit, whole)
            : separator;
  }

  /// Reads records of a part of a text, to try a separator on it.
  CsvRecords(Path file, char[] text, int from, int to, char separator) {
    this.file = file;
    this.reader = Reader.nullReader();
    this.charge = new Charge(file.toString());
    this.buffer = text;
    this.position = from;
    this.limit = to;
    this.separator = separator;
  }

  char separator() {
    return separator;
  }

  /// The number, from 1, of the line on which the record that [#next] gave last starts.
  long line() {
    return first;
  }

  /// Whether a record that was given last ended at the end of the text.
  boolean atEnd() {
    return peek() == END;
  }

  /// The cells of the next record, or null at the end.
  List<String> next() {
    charge.release(held);
    held = 0;
    skipBlanks();
    while (peek() == '\n' || peek() == '\r') {
      endLine();
      skipBlanks();
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
      String text = peek() == '"' ? quotedCell() : plainCell();
      long bytes = Charge.text(text.length());
      charge.add(bytes);
      held += bytes;
      cells.add(text);
      int c = peek();
      if (isSeparator(c)) {
        position++;
        skipBlanks();
        c = separator == ' ' ? peek() : c;
      }
      if (c == '\n' || c == '\r' || c == END) {
        if (c != END) {
          endLine();
        }
        return cells;
      }
    }
  }

  private boolean isSeparator(int c) {
    return c == separator || c == '\t' && separator == ' ';
  }

  private boolean endsCell(int c) {
    return isSeparator(c) || c == '\n' || c == '\r' || c == END;
  }

  private void skipBlanks() {
    while (separator == ' ' && isSeparator(peek())) {
      position++;
    }
  }

  /// Reads up to the next separator or line end.
  private String plainCell() {
    // Most cells are within the buffer and need no copying, character by character.
    for (int i = position; i < limit; i++) {
      char c = buffer[i];
      if (endsCell(c)) {
        String text = new String(buffer, position, i - position);
        position = i;
        return text;
      }
      if (c == '"' || c == REPLACEMENT) {
        break;
      }
    }
    cell.setLength(0);
    for (int c = peek(); !endsCell(c); c = peek()) {
      if (c == '"') {
        throw error(line, "a quote within a cell that does not start with one");
      }
      add(c, line);
      position++;
    }
    return cell.toString();
  }

  /// Reads from the opening quote to the place after the closing one.
  private String quotedCell() {
    long opened = line;
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
    if (!endsCell(after)) {
      throw error(
          line,
          "%s or the line's end must follow a closing quote, found %s"
              .formatted(
                  CsvSeparator.name(separator), DataError.quoted(Character.toString(after))));
    }
    return cell.toString();
  }

  private void add(int c, long from) {
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
      fill();
      if (limit == 0) {
        return END;
      }
    }
    // The decoder puts this character in place of bytes that are not UTF-8.
    if (buffer[position] == REPLACEMENT) {
      throw error(line, "not UTF-8 text");
    }
    return buffer[position];
  }

  /// Fills the buffer anew and returns whether the text ends in it.
  private boolean fill() {
    position = 0;
    limit = 0;
    try {
      while (limit < buffer.length) {
        int more = reader.read(buffer, limit, buffer.length - limit);
        if (more < 0) {
          return true;
        }
        limit += more;
      }
      return false;
    } catch (IOException e) {
      throw ByteInput.failed(file, e);
    }
  }

  private DataError error(long at, String found) {
    return DataError.at(file, "line %d: %s".formatted(at, found));
  }
}
