package dev.tutti.cli.data;

import dev.tutti.cli.data.download.Disk;
import dev.tutti.cli.data.download.Download;
import dev.tutti.cli.data.download.Patience;
import dev.tutti.cli.terminal.InterruptHook;
import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.cli.terminal.Terminal;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.cli.terminal.Version;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tutti data get`: downloads data sets into the folder of data sets.
@Command(
    name = "get",
    sortOptions = false,
    header = "Downloads public data sets.",
    customSynopsis = "tutti data get NAME... [OPTIONS]",
    description = {
      "",
      "The sets' own files go to the folder NAME of the folder of data sets, each when its size and"
          + " SHA-256 are right. Ctrl-C and broken connections lose nothing: the same command continues"
          + " from there. Files that are there already are kept.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tutti data get mnist fashion-mnist",
      "  tutti data get cifar10 --data-dir ~/data"
    })
final class DataGet implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "mnist, fashion-mnist, cifar10 or eurosat; 'tutti data list' describes them.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The folder of data sets (default: " + DataFolder.DEFAULT + ").")
  private Path dataDir;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Take URL/NAME/FILE in the place of the public addresses.")
  private String mirror;

  @Option(names = "--force", description = "Replace files that are not the set's own.")
  private boolean force;

  @Option(names = "--quiet", description = "No progress on standard error.")
  private boolean quiet;

  @Override
  public void run() {
    List<KnownSet> sets = sets();
    Path top = DataFolder.choose(dataDir, System.getenv());
    PrintWriter err = spec.commandLine().getErr();
    StatusLine.Style style = StatusLine.Style.of(quiet, Terminal.ofStderr());
    StatusLine status = new StatusLine(err, style, System::nanoTime);
    DownloadLine progress = new DownloadLine(status);
    Runnable interrupted =
        () -> {
          status.close();
          err.println("tutti: interrupted" + progress.whereCutOff());
          err.flush();
        };
    try (InterruptHook _ = InterruptHook.add(interrupted);
        Download download = new Download(Patience.NORMAL, Disk.REAL, Version.text(), progress)) {
      SetDownload whole = new SetDownload(download, status, force);
      for (KnownSet set : sets) {
        whole.get(set, top.resolve(set.name()));
        done(set, top.resolve(set.name()));
      }
    } finally {
      status.close();
    }
  }

  /// The requested sets, each once.
  private List<KnownSet> sets() {
    if (names.isEmpty()) {
      throw new UsageError("name a data set: " + String.join(", ", KnownSet.names()));
    }
    List<KnownSet> sets = new LinkedHashSet<>(names).stream().map(KnownSet::named).toList();
    if (mirror == null) {
      return sets;
    }
    if (!mirror.matches("https?://[^/?#@\\s]+(/[^?#\\s]*)?")) {
      throw new UsageError(
          "--mirror must begin with http:// or https:// and a host, got " + mirror);
    }
    try {
      return sets.stream().map(set -> set.from(mirror)).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageError("--mirror " + mirror + " is not an address");
    }
  }

  private void done(KnownSet set, Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(set.name() + ": complete in " + folder);
    out.println(
        "  ./tutti compare --data "
            + set.name()
            + (dataDir == null ? "" : " --data-dir " + quoted(dataDir.toString())));
    out.flush();
  }

  /// {@return a text, quoted if the shell needs it}
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=,+@-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
