package dev.tutti.nn.io;

import java.nio.file.Path;

/// What is wrong with a data file or a data set, in one line: the file, what was found, and what
/// was expected. It is the only exception that the readers of this package throw for the contents,
/// the absence or the inaccessibility of a file.
///
/// Names and cell texts come from files that were not checked before, so control characters and
/// line breaks in the message are shown as `?` and a message longer than 600 characters is cut.
public final class DataError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST = 600;

  public DataError(String message) {
    super(oneLine(message));
  }

  public DataError(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /// An error about the contents of `file`, which the line names as it was given.
  public static DataError at(Path file, String found) {
    return new DataError(file + ": " + found);
  }

  /// An error about the contents of `file`, which the line names without its folder.
  public static DataError in(Path file, String found) {
    return new DataError(fileName(file) + ": " + found);
  }

  /// The last part of `file`, or all of it if it has no last part (`/`).
  public static String fileName(Path file) {
    Path last = file.toAbsolutePath().normalize().getFileName();
    return last == null ? file.toString() : last.toString();
  }

  /// `text` between quotes for a message, cut after 40 characters.
  public static String quoted(String text) {
    return "\"" + (text.length() <= 40 ? text : text.substring(0, 40) + "…") + "\"";
  }

  /// `count noun` with the noun's plural if the count requires it.
  public static String counted(long count, String noun) {
    return count == 1 ? "1 " + noun : count + " " + noun + "s";
  }

  private static String oneLine(String message) {
    int length = Math.min(message.length(), LONGEST);
    StringBuilder line = new StringBuilder(length + 1);
    for (int i = 0; i < length; i++) {
      char c = message.charAt(i);
      // U+2028 and U+2029 break lines too; the bidirectional controls reorder the rest of the line.
      boolean breaks = Character.isISOControl(c) || (c >= '\u2028' && c <= '\u202e');
      boolean isolates = c >= '\u2066' && c <= '\u2069';
      line.append(breaks || isolates ? '?' : c);
    }
    return length < message.length() ? line.append('…').toString() : line.toString();
  }
}
