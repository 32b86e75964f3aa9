import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Runs `./tutti compare` and draws what a terminal shows of it to docs/compare.svg, the picture of
/// the README: `java docs/Picture.java` in the root of the repository.
///
/// The text is text, so it can be selected and searched; colours follow the reader's choice of light
/// or dark. Left out are the JVM's line on incubator modules and the lines on progress, which a
/// terminal writes over.
final class Picture {
  private static final String COMMAND = "./tutti compare";

  /// Columns of the terminal, and what a character takes of the picture.
  private static final int COLUMNS = 80;

  private static final double WIDTH = 8.4;
  private static final int HEIGHT = 18;
  private static final int MARGIN = 14;

  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d">
      <title>%3$s</title>
      <style>
        text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; fill: #1f2328 }
        rect { fill: #ffffff; stroke: #d1d9e0 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          rect { fill: #0d1117; stroke: #3d444d }
        }
      </style>
      <rect x="0.5" y="0.5" width="%4$d" height="%5$d" rx="6"/>
      """;

  private Picture() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>(List.of("$ " + COMMAND));
    ProcessBuilder builder = new ProcessBuilder(COMMAND.split(" ")).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    shown
        .lines()
        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
        .filter(line -> !line.matches("\\w+: epoch \\d+/.*"))
        .forEach(lines::add);
    int status = process.waitFor();
    if (status != 0) {
      System.err.println(shown + COMMAND + ": exit status " + status);
      System.exit(1);
    }
    Path file = Path.of("docs", "compare.svg");
    Files.writeString(file, svg(lines));
    System.out.println("wrote " + file + ", " + lines.size() + " lines");
  }

  private static String svg(List<String> lines) {
    int width = (int) Math.ceil(COLUMNS * WIDTH) + 2 * MARGIN;
    int height = lines.size() * HEIGHT + 2 * MARGIN;
    StringBuilder svg =
        new StringBuilder(
            String.format(Locale.ROOT, HEAD, width, height, COMMAND, width - 1, height - 1));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isEmpty()) {
        // The length keeps columns straight whatever font there is.
        svg.append(
            String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" textLength=\"%.1f\" xml:space=\"preserve\">%s</text>%n",
                MARGIN,
                MARGIN + i * HEIGHT + 13,
                line.length() * WIDTH,
                line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
      }
    }
    return svg.append("</svg>\n").toString();
  }
}
