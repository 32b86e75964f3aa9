package dev.tutti.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What the command says of a failure.
public final class Failure {
  private Failure() {}

  /// {@return the one line about a failure that the user reads}
  public static String message(Throwable error) {
    if (error instanceof OutOfMemoryError) {
      return "out of memory with a heap of "
          + Runtime.getRuntime().maxMemory() / (1 << 20)
          + " MiB; TUTTI_JAVA_OPTS=-Xmx... gives more, fewer members or a smaller batch need less";
    }
    if (error instanceof UncheckedIOException unchecked) {
      return message(unchecked.getCause());
    }
    if (error instanceof FileSystemException file) {
      return file.getFile() + ": " + reason(file);
    }
    String message = error.getMessage();
    // The libraries refuse values out of range with IllegalArgumentException and a clear line.
    boolean ours =
        error.getClass().getName().startsWith("dev.tutti.")
            || error instanceof IllegalArgumentException
            || error instanceof IOException;
    if (ours && message != null) {
      String line = firstLine(message);
      // A library's advice on the heap, in the launcher's terms.
      return line.contains("-Xmx") ? line + ": TUTTI_JAVA_OPTS=-Xmx... sets it" : line;
    }
    return error.getClass().getSimpleName()
        + (message == null ? "" : ": " + firstLine(message))
        + " (TUTTI_JAVA_OPTS=-Dtutti.trace=true shows where)";
  }

  private static String reason(FileSystemException error) {
    return switch (error) {
      case AccessDeniedException _ -> "no permission";
      case FileAlreadyExistsException _ -> "exists already";
      case NoSuchFileException _ -> "no such file or folder";
      case NotDirectoryException _ -> "not a folder";
      default -> error.getReason() == null ? error.getClass().getSimpleName() : error.getReason();
    };
  }

  /// {@return the first line of a text}
  public static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
