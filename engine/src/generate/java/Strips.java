import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes `Strip1.java` to `Strip4.java`, the innermost loops of matrix products, into a folder:
/// `java engine/src/generate/java/Strips.java engine/src/main/java/dev/tutti/engine/vector`.
///
/// One method per tile of R rows × V vectors, since accumulators must be locals and a hot method
/// must hold one loop. 24 accumulators are the most that leave room for V vectors of b and the
/// factors of a in 32 registers, 8 in 16. There are no masks: with them C1 runs out of virtual
/// registers and may leave a method uncompiled for ever.
void main(String[] args) throws IOException {
  int[][] heights = {{12, 4, 2, 1}, {12, 4, 2, 1}, {8, 4, 2, 1}, {6, 4, 2, 1}};
  for (int v = 1; v <= 4; v++) {
    StringBuilder out = new StringBuilder(HEADER.replace("$V", v == 1 ? "1 vector" : v + " vectors"));
    out.append("final class Strip").append(v).append(" {\n");
    line(out, 2, "private static final VectorSpecies<Float> S = Lanes.FLOATS;");
    line(out, 2, "private static final int L = Lanes.COUNT;");
    line(out, 0, "");
    line(out, 2, "private Strip" + v + "() {}");
    dispatch(out, v, heights[v - 1]);
    for (int r : heights[v - 1]) {
      tile(out, r, v);
    }
    line(out, 0, "}");
    Files.writeString(Path.of(args[0]).resolve("Strip" + v + ".java"), out);
  }
}

static final String HEADER =
    """
    package dev.tutti.engine.vector;

    import jdk.incubator.vector.FloatVector;
    import jdk.incubator.vector.VectorSpecies;

    /// Matrix products of a strip of $V, written by `src/generate/java/Strips.java`.
    ///
    /// For tiles of R rows: R × V sums start at e; for k: load V vectors of b, for each row
    /// broadcast a factor of a, one fma each. So every element takes k in ascending order.
    ///
    /// Row r of a starts at `ao + r · ai` and advances by `ak`; row k of b starts at `bo + k · bk`;
    /// row r of c at `co + r · ci`, and of what it starts from at `eo + r · ei`.
    """;

static final String[] PARAMETERS = {
  "float[] a", "int ao", "int ai", "int ak", "float[] b", "int bo", "int bk", "float[] e", "int eo",
  "int ei", "float[] c", "int co", "int ci", "int depth"
};

/// `run(rows, …)`: all rows of a strip of V vectors, in the tallest tiles that fit.
static void dispatch(StringBuilder out, int v, int[] heights) {
  line(out, 0, "");
  line(out, 2, "static void run(");
  line(out, 6, "int rows,");
  parameters(out);
  line(out, 4, "int r = 0;");
  for (int h : heights) {
    int indent = h * v > 8 ? 6 : 4;
    if (indent == 6) {
      line(out, 4, "if (Lanes.REGISTERS >= 32) {");
    }
    line(out, indent, "for (; r + " + h + " <= rows; r += " + h + ") {");
    line(out, indent + 2, "int ar = ao + r * ai;");
    line(out, indent + 2, "int er = eo + r * ei;");
    line(out, indent + 2, "tile" + h + "(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);");
    line(out, indent, "}");
    if (indent == 6) {
      line(out, 4, "}");
    }
  }
  line(out, 2, "}");
}

static void parameters(StringBuilder out) {
  for (int i = 0; i < PARAMETERS.length; i++) {
    line(out, 6, PARAMETERS[i] + (i < PARAMETERS.length - 1 ? "," : ") {"));
  }
}

static void tile(StringBuilder out, int rows, int vectors) {
  line(out, 0, "");
  line(out, 2, "private static void tile" + rows + "(");
  parameters(out);
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      line(out, 4, "FloatVector s" + r + v + " = FloatVector.fromArray(S, e, "
          + offset("eo", r, "ei", v) + ");");
    }
  }
  line(out, 4, "for (int k = 0; k < depth; k++) {");
  for (int v = 0; v < vectors; v++) {
    line(out, 6, "FloatVector b" + v + " = FloatVector.fromArray(S, b, bo + k * bk"
        + (v == 0 ? "" : " + " + lanes(v)) + ");");
  }
  for (int r = 0; r < rows; r++) {
    String at = r == 0 ? "ao + k * ak" : "ao + " + times(r, "ai") + " + k * ak";
    line(out, 6, (r == 0 ? "FloatVector " : "") + "x = FloatVector.broadcast(S, a[" + at + "]);");
    for (int v = 0; v < vectors; v++) {
      line(out, 6, "s" + r + v + " = x.fma(b" + v + ", s" + r + v + ");");
    }
  }
  line(out, 4, "}");
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      line(out, 4, "s" + r + v + ".intoArray(c, " + offset("co", r, "ci", v)
          + ");");
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
  out.append(" ".repeat(indent)).append(text).append('\n');
}
