package dev.tutti.cli.data;

import dev.tutti.cli.data.download.LocalFile;
import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.data.download.Words;
import dev.tutti.cli.terminal.Json;
import dev.tutti.cli.terminal.Table;
import dev.tutti.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tutti data list`: the data sets that `tutti data get` can download, and which are present.
@Command(
    name = "list",
    sortOptions = false,
    header = "Lists the public data sets and shows which are present.",
    customSynopsis = "tutti data list [OPTIONS]",
    description = "")
final class DataList implements Runnable {
  /// The column of the texts below the table.
  private static final int INDENT = 15;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The folder of data sets (default: " + DataFolder.DEFAULT + ").")
  private Path dataDir;

  @Option(
      names = "--verify",
      description = "Compare the SHA-256 of what is there, not only the size.")
  private boolean verify;

  @Option(names = "--json", description = "Print JSON, with every file's address and SHA-256.")
  private boolean json;

  /// What is there of one set.
  private record Row(KnownSet set, Path folder, List<LocalFile> files) {
    static Row of(KnownSet set, Path top, boolean verify) {
      Path folder = DataFolder.folderOf(top, set.kind()).orElseGet(() -> top.resolve(set.name()));
      return new Row(
          set, folder, set.everyFile().map(file -> LocalFile.look(file, folder, verify)).toList());
    }

    /// A description of what is there: the files themselves, or the file that replaces them.
    String here() {
      int all = set.files().size();
      long whole = count(files.subList(0, all), LocalFile.State.WHOLE);
      if (whole == all || count(files.subList(all, files.size()), LocalFile.State.WHOLE) > 0) {
        return "yes";
      }
      if (count(files, LocalFile.State.OTHER) > 0) {
        return "another file";
      }
      if (whole > 0) {
        return whole + " of " + all + " files";
      }
      if (count(files, LocalFile.State.PART) > 0) {
        return "a part";
      }
      return DataFolder.isEmpty(folder) ? "no" : "other files";
    }

    private static long count(List<LocalFile> files, LocalFile.State state) {
      return files.stream().filter(file -> file.state() == state).count();
    }
  }

  @Override
  public void run() {
    Path top = DataFolder.choose(dataDir, System.getenv());
    List<Row> rows = KnownSet.all().stream().map(set -> Row.of(set, top, verify)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(new String(Json.bytes(json(top, rows)), StandardCharsets.UTF_8));
    } else {
      lines(top, rows, Terminal.ofStdout()).forEach(out::println);
    }
    out.flush();
  }

  private static List<String> lines(Path top, List<Row> rows, Terminal terminal) {
    List<List<Table.Cell>> cells = new ArrayList<>();
    for (Row row : rows) {
      KnownSet set = row.set();
      cells.add(
          List.of(
              Table.Cell.plain(set.name()),
              Table.Cell.plain(String.format(Locale.ROOT, "%,d", set.train())),
              Table.Cell.plain(
                  set.test() == 0 ? "-" : String.format(Locale.ROOT, "%,d", set.test())),
              Table.Cell.plain("" + set.files().size()),
              Table.Cell.plain(Words.size(set.bytes())),
              Table.Cell.plain(set.licence()),
              Table.Cell.plain(row.here())));
    }
    List<String> header = List.of("set", "train", "test", "files", "size", "licence", "here");
    List<String> lines =
        new ArrayList<>(new Table("Data sets in " + top, header, cells).lines(terminal));
    lines.add("");
    for (Row row : rows) {
      KnownSet set = row.set();
      lines.add("%-13s  %s".formatted(set.name(), set.what().replace("x", terminal.times())));
      lines.add("%-13s  %s".formatted("", shown(set)));
    }
    return lines;
  }

  /// {@return the address of a set, or if that is too long for a line, of the page that describes
  /// it}
  private static URI shown(KnownSet set) {
    return INDENT + set.address().toString().length() > Terminal.WIDTH ? set.page() : set.address();
  }

  private static Map<String, Object> json(Path top, List<Row> rows) {
    List<Map<String, Object>> sets = new ArrayList<>();
    for (Row row : rows) {
      KnownSet set = row.set();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", set.name());
      entry.put("what", set.what());
      entry.put("train", set.train());
      entry.put("test", set.test());
      entry.put("licence", set.licence());
      entry.put("page", set.page().toString());
      entry.put("folder", row.folder().toString());
      entry.put("here", row.here());
      List<Map<String, Object>> files = new ArrayList<>();
      for (LocalFile local : row.files()) {
        files.add(json(local, !set.files().contains(local.file())));
      }
      entry.put("files", files);
      sets.add(entry);
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("data_dir", top.toString());
    root.put("sets", sets);
    return root;
  }

  private static Map<String, Object> json(LocalFile local, boolean instead) {
    RemoteFile file = local.file();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", file.name());
    entry.put("bytes", file.bytes());
    entry.put("sha256", file.sha256());
    entry.put("addresses", file.addresses().stream().map(Object::toString).toList());
    entry.put("instead_of_the_others", instead);
    entry.put("here", local.state().name().toLowerCase(Locale.ROOT));
    entry.put("bytes_here", local.bytes());
    return entry;
  }
}
