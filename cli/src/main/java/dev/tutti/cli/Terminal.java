package dev.tutti.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;

/// What an output stream can show.
///
/// @param interactive whether someone watches it, and a line may be written over
/// @param bold whether it knows the escape sequence for bold text
/// @param boxes whether its character set has line-drawing characters
record Terminal(boolean interactive, boolean bold, boolean boxes) {
  /// A file or a pipe in ASCII.
  static final Terminal PLAIN = new Terminal(false, false, false);

  private static final String BOX_CHARACTERS = "┌┬┐├┼┤└┴┘─│×–";

  static Terminal ofStdout() {
    return of(1, System.out.charset());
  }

  static Terminal ofStderr() {
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

  /// Linux tells for each stream; elsewhere the JDK tells whether all of them are a terminal.
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
  String times() {
    return boxes ? "×" : "x";
  }
}
