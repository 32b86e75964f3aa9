package dev.tutti.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.examples.Snippets.Snippet;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.LeNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documentation quotes is in the sources, and what it says that code prints is printed.
class DocumentationTest {
  private static final Path ROOT = root();

  /// An example of a page comes after such a line.
  private static final String MARKER = "<!-- example: %s -->";

  private static final Pattern EXAMPLE = Pattern.compile(MARKER.formatted("\\w+"));

  /// A block that is quoted from a source file comes after a line like this.
  private static final Pattern FROM = Pattern.compile("<!-- from: (\\S+) -->");

  private static final Pattern CLAIM = Pattern.compile(" *\\w+ (\\w+) = .*; +// (\\[.*])");

  /// A fenced block of a Markdown file.
  ///
  /// @param before the last line before it that is not empty
  /// @param line the number of its first line
  private record Block(String language, String before, int line, List<String> lines) {
    String text() {
      return String.join("\n", lines) + "\n";
    }
  }

  /// {@return the README's blocks from the one after the marker of an example}
  private static List<Block> readme(String example) throws IOException {
    return after("README.md", example);
  }

  private static List<Block> after(String page, String example) throws IOException {
    List<Block> blocks = blocks(ROOT.resolve(page));
    String marker = MARKER.formatted(example);
    int at = 0;
    while (at < blocks.size() && !blocks.get(at).before.equals(marker)) {
      at++;
    }
    assertTrue(at < blocks.size(), page + " has no code after " + marker);
    return blocks.subList(at, blocks.size());
  }

  private static String example(String name, String region) throws IOException {
    return region(
        ROOT.resolve("examples/src/main/java/dev/tutti/examples/" + name + ".java"), region);
  }

  @Test
  void readmeQuotesTheExampleAndWhatItPrints() throws IOException {
    List<Block> blocks = readme("ReadmeExample");
    assertEquals(example("ReadmeExample", "readme"), blocks.get(0).text());
    assertEquals("text", blocks.get(1).language);
    assertEquals(Printed.by(ReadmeExample::main), blocks.get(1).text());
  }

  @Test
  void tablesQuotesTheRegressionAndWhatItPrints() throws IOException {
    List<Block> blocks = after("docs/tables.md", "Example05Regression");
    assertEquals(example("Example05Regression", "regression"), blocks.get(0).text());
    assertEquals(Printed.by(Example05Regression::main), blocks.get(1).text());
    String lines = "The program below, " + blocks.get(0).lines.size() + " lines,";
    String page = Files.readString(ROOT.resolve("docs/tables.md"));
    assertTrue(page.contains(lines), lines);
  }

  /// The file is what `--out` writes: the state dict of the networks, the members' axis first.
  @Test
  void readmeLoadsWhatACommandWrote(@TempDir Path folder) throws IOException {
    assertEquals(example("LoadExample", "load"), readme("LoadExample").getFirst().text());
    DeepEnsemble written =
        DeepEnsemble.init(Key.of(7), 4, k -> LeNet.init(k, Shape.of(28, 28, 1), 10));
    new SafeTensors(StateDict.of(written.network())).write(folder.resolve("deep.safetensors"));
    Transform scale = Transform.normalize(new float[] {Glyphs.MEAN}, new float[] {Glyphs.STD});
    Tensor logits =
        Evaluator.logits(written, Batches.of(Glyphs.digits(10, 3), 10).transformed(scale));
    Predictions expected = Predictions.ofLogits(logits.toFloats(), 4, 10, 10);
    assertEquals(
        Arrays.toString(expected.predictedClasses()) + "\n",
        Printed.by(() -> LoadExample.main(folder.toString())));
  }

  /// A pom of the README names the modules and the version of this one.
  @Test
  void readmesPomHasTheVersionOfThisBuild() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(pom);
    assertTrue(version.find());
    String shown =
        blocks(ROOT.resolve("README.md")).stream()
            .filter(block -> block.language.equals("xml"))
            .map(Block::text)
            .findFirst()
            .orElseThrow();
    assertTrue(
        shown.contains(
            """
                  <artifactId>tutti-ensembles</artifactId>
                  <version>%s</version>
            """
                .formatted(version.group(1))),
        shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "how-it-works.md",
        "methods.md",
        "programs.md",
        "training.md",
        "tables.md",
        "pytorch.md",
        "your-own-method.md"
      })
  void pagesPrintWhatTheySay(String page, @TempDir Path folder) throws Exception {
    List<Block> blocks = blocks(ROOT.resolve("docs").resolve(page));
    List<Snippet> snippets = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      boolean quoted = EXAMPLE.matcher(block.before).matches();
      if (block.language.equals("java") && !quoted) {
        snippets.add(new Snippet(page + ":" + block.line, block.text()));
        boolean prints = i + 1 < blocks.size() && blocks.get(i + 1).language.equals("text");
        expected.add(prints ? blocks.get(i + 1).text() : "");
      }
    }
    assertTrue(!snippets.isEmpty(), "blocks of Java: " + snippets.size());
    List<String> printed = Snippets.run(snippets, folder);
    for (int i = 0; i < printed.size(); i++) {
      assertEquals(expected.get(i), printed.get(i), snippets.get(i).where());
    }
  }

  @Test
  void addingAPrimitiveQuotesTheSources() throws IOException {
    int quoted = 0;
    for (Block block : blocks(ROOT.resolve("docs/adding-a-primitive.md"))) {
      Matcher from = FROM.matcher(block.before);
      if (from.matches()) {
        String source = stripped(Files.readAllLines(ROOT.resolve(from.group(1))));
        int at = 0;
        // A line with nothing but an ellipsis means that lines are left out.
        for (String part : stripped(block.lines).split("\n…\n")) {
          at = source.indexOf(part.strip(), at);
          assertTrue(at >= 0, from.group(1) + " does not have\n" + part);
        }
        quoted++;
      } else {
        assertTrue(!block.language.equals("java"), "line " + block.line + ": Java from no file");
      }
    }
    assertTrue(quoted > 3, "blocks quoted: " + quoted);
  }

  @Test
  void javadocSnippetsRunAndGiveWhatTheirCommentsSay(@TempDir Path folder) throws Exception {
    List<Snippet> snippets = new ArrayList<>();
    for (String module : List.of("engine", "nn", "ensembles")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          snippets.addAll(ofJavadoc(file));
        }
      }
    }
    assertTrue(snippets.size() > 2, "snippets: " + snippets.size());
    List<String> printed = Snippets.run(snippets, folder);
    for (int i = 0; i < printed.size(); i++) {
      printed.get(i).lines().forEach(DocumentationTest::checkClaim);
    }
  }

  @Test
  void linksLeadToFiles() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    pages.add(ROOT.resolve("examples/README.md"));
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(f -> f.toString().endsWith(".md")).forEach(pages::add);
    }
    Pattern link = Pattern.compile("]\\((?!https?:|#)([^)#]+)[^)]*\\)");
    for (Path page : pages) {
      Matcher m = link.matcher(Files.readString(page));
      while (m.find()) {
        Path target = page.resolveSibling(m.group(1));
        assertTrue(Files.exists(target), page + ": " + m.group(1) + " does not exist");
      }
    }
  }

  /// The `{@snippet :` blocks of a source file. After a line `Tensor x = …; // [2, 3]` there is
  /// code that prints the comment next to x.
  private static List<Snippet> ofJavadoc(Path file) throws IOException {
    List<Snippet> found = new ArrayList<>();
    StringBuilder code = null;
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String text = line.strip();
      if (text.startsWith("/// {@snippet")) {
        assertEquals("/// {@snippet :", text, file + ":" + number);
        code = new StringBuilder();
      } else if (code != null && text.equals("/// }")) {
        found.add(new Snippet(file.getFileName() + ":" + number, code.toString()));
        code = null;
      } else if (code != null) {
        assertTrue(text.startsWith("///"), file + ":" + number + ": the snippet has no end");
        String statement = text.substring(3);
        code.append(statement).append('\n');
        Matcher claim = CLAIM.matcher(statement);
        if (claim.matches()) {
          code.append(
              "System.out.println(\"%s;\" + %2$s.shape() + \";\" + %2$s.flatten(0));%n"
                  .formatted(claim.group(2), claim.group(1)));
        }
      }
    }
    return found;
  }

  /// Checks `claim;shape;tensor`: the comment is the shape or the elements.
  private static void checkClaim(String line) {
    String[] parts = line.split(";");
    String elements = parts[2].substring(parts[2].indexOf(' ') + 1);
    String claim = "[" + parts[0].replace("[", "").replace("]", "") + "]";
    if (!parts[0].equals(parts[1]) && !claim.equals(elements.replace(".0", ""))) {
      fail("a comment says " + parts[0] + ", but the result is " + parts[1] + " " + elements);
    }
  }

  private static List<Block> blocks(Path markdown) throws IOException {
    List<Block> blocks = new ArrayList<>();
    Block open = null;
    String before = "";
    int number = 0;
    for (String line : Files.readAllLines(markdown)) {
      number++;
      if (open == null && line.startsWith("```")) {
        open = new Block(line.substring(3), before, number + 1, new ArrayList<>());
      } else if (line.equals("```")) {
        blocks.add(open);
        open = null;
      } else if (open != null) {
        open.lines.add(line);
      }
      before = line.isBlank() ? before : line;
    }
    return blocks;
  }

  /// The lines between `// @start region="name"` and `// @end`, without their common indentation.
  private static String region(Path source, String name) throws IOException {
    String text = Files.readString(source);
    String start = "// @start region=\"" + name + "\"\n";
    int from = text.indexOf(start) + start.length();
    int to = text.lastIndexOf('\n', text.indexOf("// @end", from));
    assertTrue(from >= start.length() && to > from, source + " has no region " + name);
    return text.substring(from, to).stripIndent() + "\n";
  }

  private static String stripped(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.strip()).append('\n'));
    return text.toString();
  }

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("engine/src/main/java"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
