import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes the innermost loops of matrix products into a folder:
/// `java engine/src/generate/java/Strips.java engine/src/main/java/dev/tutti/engine/vector`.
///
/// One class per width of V vectors and layout of a, one method per tile of R rows: accumulators
/// must be locals, a hot method must hold one loop and few parameters (three more, for sums that
/// start elsewhere, cost a fifth), and C2 addresses `a[i + k]` and `a[i + k * step + 1]` better
/// than anything more general (130 against 100 Gflop/s). 24 accumulators are the most that leave
/// room for V vectors of b and the factors of a in 32 registers, 8 in 16. There are no masks: with
/// them C1 runs out of virtual registers and may never compile a method.
void main(String[] args) throws IOException {
  int[][] heights = {{16, 8, 4, 2, 1}, {12, 8, 4, 2, 1}, {8, 4, 2, 1}};
  for (int v = 1; v <= 3; v++) {
    for (boolean columns : new boolean[] {false, true}) {
      String name = "Strip" + v + (columns ? "Columns" : "Rows");
      StringBuilder out = new StringBuilder();
      String vectors = v == 1 ? "1 vector" : v + " vectors";
      out.append(HEADER.replace("$V", vectors).replace("$A", columns ? COLUMNS : ROWS));
      line(out, 0, "final class " + name + " {");
      line(out, 2, "private static final VectorSpecies<Float> S = Lanes.FLOATS;");
      if (v > 1) {
        line(out, 2, "private static final int L = Lanes.COUNT;");
      }
      line(out, 0, "");
      line(out, 2, "private " + name + "() {}");
      dispatch(out, v, heights[v - 1], columns);
      for (int r : heights[v - 1]) {
        tile(out, r, v, columns);
      }
      line(out, 0, "}");
      Files.writeString(Path.of(args[0]).resolve(name + ".java"), out);
    }
  }
}

static final String HEADER =
    """
    package dev.tutti.engine.vector;

    import jdk.incubator.vector.FloatVector;
    import jdk.incubator.vector.VectorSpecies;

    /// Matrix products of a strip of $V, written by `src/generate/java/Strips.java`.
    ///
    /// For tiles of R rows: R × V sums start at what c holds; for k: load V vectors of b, for each
    /// row broadcast a factor of a, one fma each. So every element takes k in ascending order.
    ///
    /// $A; row k of b starts at `bo + k · bk`, row r of c at
    /// `co + r · ci`.
    """;

static final String ROWS = "Element k of a's row r is `a[ao + r · step + k]`";
static final String COLUMNS = "Element k of a's row r is `a[ao + k · step + r]`";

static final String[] PARAMETERS = {
  "float[] a", "int ao", "int step", "float[] b", "int bo", "int bk", "float[] c", "int co",
  "int ci", "int depth"
};

/// `run(rows, …)`: all rows of a strip, in tall tiles. A rest of 16 makes two tiles of 8, rather
/// than one of 12 and one of 4.
static void dispatch(StringBuilder out, int v, int[] heights, boolean columns) {
  line(out, 0, "");
  line(out, 2, "static void run(");
  line(out, 6, "int rows,");
  parameters(out, List.of());
  line(out, 4, "int r = 0;");
  for (int h : heights) {
    String fits = "rows - r >= " + h + (h == 12 ? " && rows - r != 16" : "");
    fits += h * v > 8 ? " && Lanes.REGISTERS >= 32" : "";
    line(out, 4, "for (; " + fits + "; r += " + h + ") {");
    String from = columns ? "ao + r" : "ao + r * step";
    String step = h == 1 && !columns ? "" : ", step";
    String ci = h == 1 ? "" : ", ci";
    line(out, 6, "tile" + h + "(a, " + from + step + ", b, bo, bk, c, co + r * ci" + ci + ", depth);");
    line(out, 4, "}");
  }
  line(out, 2, "}");
}

static void parameters(StringBuilder out, List<String> unused) {
  for (int i = 0; i < PARAMETERS.length; i++) {
    if (!unused.contains(PARAMETERS[i])) {
      line(out, 6, PARAMETERS[i] + (i < PARAMETERS.length - 1 ? "," : ") {"));
    }
  }
}

static void tile(StringBuilder out, int rows, int vectors, boolean columns) {
  line(out, 0, "");
  line(out, 2, "private static void tile" + rows + "(");
  List<String> unused = columns ? List.of("int ci") : List.of("int ci", "int step");
  parameters(out, rows == 1 ? unused : List.of());
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      String at = offset("co", r, "ci", v);
      line(out, 4, "FloatVector s" + r + v + " = FloatVector.fromArray(S, c, " + at + ");");
    }
  }
  for (int r = 1; !columns && r < rows; r++) {
    line(out, 4, "int a" + r + " = ao + " + times(r, "step") + ";");
  }
  line(out, 4, "for (int k = 0; k < depth; k++) {");
  for (int v = 0; v < vectors; v++) {
    String at = "bo + k * bk" + (v == 0 ? "" : " + " + lanes(v));
    line(out, 6, "FloatVector b" + v + " = FloatVector.fromArray(S, b, " + at + ");");
  }
  for (int r = 0; r < rows; r++) {
    String at =
        columns
            ? "ao + k * step" + (r == 0 ? "" : " + " + r)
            : (r == 0 ? "ao" : "a" + r) + " + k";
    line(out, 6, (r == 0 ? "FloatVector " : "") + "x = FloatVector.broadcast(S, a[" + at + "]);");
    for (int v = 0; v < vectors; v++) {
      line(out, 6, "s" + r + v + " = x.fma(b" + v + ", s" + r + v + ");");
    }
  }
  line(out, 4, "}");
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      line(out, 4, "s" + r + v + ".intoArray(c, " + offset("co", r, "ci", v) + ");");
    }
  }
  line(out, 2, "}");
}

static String offset(String start, int r, String step, int v) {
  return start + (r == 0 ? "" : " + " + times(r, step)) + (v == 0 ? "" : " + " + lanes(v));
}

static String times(int n, String step) {
  return n == 1 ? step : n + " * " + step;
}

static String lanes(int v) {
  return v == 1 ? "L" : v + " * L";
}

static void line(StringBuilder out, int indent, String text) {
  out.append(text.isEmpty() ? "" : " ".repeat(indent)).append(text).append('\n');
}
