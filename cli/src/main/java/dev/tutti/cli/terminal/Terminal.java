package dev.tutti.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What an output stream can show.
///
/// @param interactive whether a user watches it, and a line may be overwritten
/// @param bold whether it supports the escape sequence for bold text
/// @param boxes whether its character set has line-drawing characters
public record Terminal(boolean interactive, boolean bold, boolean boxes) {
  /// A file or a pipe in ASCII.
  public static final Terminal PLAIN = new Terminal(false, false, false);

  /// Columns that every terminal has.
  public static final int WIDTH = 80;

  private static final String BOX_CHARACTERS = "┌┬┐├┼┤└┴┘─│×–…";

  public static Terminal ofStdout() {
    return of(1, System.out.charset());
  }

  public static Terminal ofStderr() {
    return of(2, System.err.charset());
  }

  private static Terminal of(int descriptor, Charset charset) {
    String type = System.getenv("TERM");
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    boolean interactive = isTerminal(descriptor) && !"dumb".equals(type);
    return new Terminal(
        interactive,
        interactive && (windows || type != null) && System.getenv("NO_COLOR") == null,
        charset.newEncoder().canEncode(BOX_CHARACTERS));
  }

  /// On Linux this is known for each stream; elsewhere the JDK says whether all of them are a
  /// terminal.
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (Files.isSymbolicLink(link)) {
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /// {@return the sign between the sides of an image}
  public String times() {
    return boxes ? "×" : "x";
  }

  /// {@return a text in lines of at most [#WIDTH], broken at spaces; a longer word has a line of
  /// its own}
  public static List<String> wrapped(String text) {
    return wrapped(text, 0);
  }

  /// {@return the same with an indentation of all lines but the first}
  public static List<String> wrapped(String text, int indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    // The space inside `97.1 %` holds a number and its unit together.
    for (String word : text.split(" (?!%)")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(" ".repeat(indent));
      } else if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /// {@return a text of at most [#WIDTH] characters: a longer one without some of its middle}
  public String shortened(String text) {
    if (text.length() <= WIDTH) {
      return text;
    }
    String gap = boxes ? "…" : "...";
    int kept = WIDTH - gap.length();
    return text.substring(0, kept / 2) + gap + text.substring(text.length() - (kept - kept / 2));
  }
}
