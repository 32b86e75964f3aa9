package dev.tutti.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Text in columns: the first flush left, the others flush right, in boxes if the terminal can draw
/// them.
///
/// @param title the line above it
/// @param header the columns' names, of several lines if they have line breaks
/// @param rows cells, as many per row as there are columns
public record Table(String title, List<String> header, List<List<Cell>> rows) {
  private static final String BOLD = "\u001b[1m";
  private static final String NORMAL = "\u001b[0m";

  /// A value, which may be the best of its column.
  public record Cell(String text, boolean best) {
    public static Cell plain(String text) {
      return new Cell(text, false);
    }
  }

  /// {@return the lines of the table}
  public List<String> lines(Terminal terminal) {
    int[] widths = new int[header.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = header.get(c).lines().mapToInt(String::length).max().orElse(0);
      for (List<Cell> row : rows) {
        widths[c] = Math.max(widths[c], row.get(c).text.length());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.addAll(Terminal.wrapped(title));
    if (terminal.boxes()) {
      lines.add(rule(widths, "┌", "┬", "┐"));
    }
    long height = header.stream().mapToLong(name -> name.lines().count()).max().orElse(1);
    for (int i = 0; i < height; i++) {
      int at = i;
      lines.add(
          line(
                  header.stream().map(name -> Cell.plain(nameLine(name, at))).toList(),
                  widths,
                  terminal)
              .stripTrailing());
    }
    lines.add(
        terminal.boxes()
            ? rule(widths, "├", "┼", "┤")
            : rule(widths, "", "  ", "").stripTrailing());
    for (List<Cell> row : rows) {
      lines.add(line(row, widths, terminal));
    }
    if (terminal.boxes()) {
      lines.add(rule(widths, "└", "┴", "┘"));
    }
    return lines;
  }

  private static String nameLine(String name, int at) {
    return name.lines().skip(at).findFirst().orElse("");
  }

  private static String rule(int[] widths, String left, String between, String right) {
    boolean boxes = !left.isEmpty();
    List<String> parts = new ArrayList<>();
    for (int width : widths) {
      parts.add(boxes ? "─".repeat(width + 2) : "-".repeat(width));
    }
    return left + String.join(between, parts) + right;
  }

  private static String line(List<Cell> cells, int[] widths, Terminal terminal) {
    List<String> parts = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      Cell cell = cells.get(c);
      String padding = " ".repeat(widths[c] - cell.text.length());
      String text = cell.best && terminal.bold() ? BOLD + cell.text + NORMAL : cell.text;
      parts.add(c == 0 ? text + padding : padding + text);
    }
    return terminal.boxes() ? "│ " + String.join(" │ ", parts) + " │" : String.join("  ", parts);
  }
}
