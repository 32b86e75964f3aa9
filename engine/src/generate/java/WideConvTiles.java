import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes `WideConvRuns.java`, `WideConvStubs.java`, `WideConvTaps.java` and
/// `WideConvColumns.java`, the innermost loops of convolutions, into a folder: `java
/// engine/src/generate/java/WideConvTiles.java engine/src/main/java/dev/tutti/engine/vector`.
///
/// One method per tile of R rows × V vectors, since accumulators must be locals and a hot method
/// must hold one loop. The three families differ in how a row's factor is found, which decides what
/// C2 can do about range checks.
void main(String[] args) throws IOException {
  Path folder = Path.of(args[0]);
  int[][] low = {{8, 2}, {4, 2}, {8, 1}};
  write(folder, "WideConvRuns", RUNS + "/// For runs of 32 and more.\n", Kind.RUN, low);
  write(
      folder,
      "WideConvStubs",
      RUNS
          + "/// The same code as [WideConvRuns], for shorter runs: a copy, since C2 optimises for the"
          + " trip\n/// counts that it has profiled.\n",
      Kind.RUN,
      low);
  write(folder, "WideConvTaps", TAPS, Kind.TAP, new int[][] {{8, 2}, {4, 2}, {8, 1}});
  write(
      folder,
      "WideConvColumns",
      COLUMNS,
      Kind.COLUMN,
      new int[][] {{9, 2}, {8, 2}, {4, 2}, {8, 1}});
}

enum Kind {
  RUN,
  TAP,
  COLUMN
}

static final String HEADER =
    """
    package dev.tutti.engine.vector;

    import jdk.incubator.vector.FloatVector;
    import jdk.incubator.vector.VectorSpecies;

    """;

static final String RUNS =
    """
    /// Tiles of a product whose factors are runs of `a`, written by
    /// `src/generate/java/WideConvTiles.java`.
    ///
    /// Sums start at 0. For every run g, for every q below `run`: load V vectors of row `bs[g] + q`
    /// of b, for each of R rows broadcast `a[base + rows[r + i] + starts[g] + q]`, one fma each.
    /// Row i of c starts at `co + cs[r + i]`, its second vector `last` further on. The range checks
    /// of an index that grows by one from a start known not to be negative are hoisted out of the
    /// inner loop.
    """;

static final String TAPS =
    """
    /// Tiles of a product whose factors are anywhere in `a`, written by
    /// `src/generate/java/WideConvTiles.java`.
    ///
    /// For every q from `from` to `to`: load V vectors of b, for each of R rows broadcast `a[base +
    /// rows[r + i] + tab[q]]`, one fma each. Sums start at e if `keep` is −1, at `e[0 …]` if it is
    /// 0. Row i of c starts at `co + cs[r + i]`, its second vector `last` further on.
    """;

static final String COLUMNS =
    """
    /// Tiles of a product whose R factors are neighbours in `a`, written by
    /// `src/generate/java/WideConvTiles.java`.
    ///
    /// For every q from `from` to `to`: load V vectors of b, for each of R rows broadcast `a[base +
    /// tab[q] + i]`, one fma each. Sums start at e if `keep` is −1, at `e[0 …]` if it is 0. Row i
    /// of c starts at `co + i · ci`, its second vector `last` further on. C2 checks the range of
    /// neighbours once.
    """;

static void write(Path folder, String name, String doc, Kind kind, int[][] tiles)
    throws IOException {
  StringBuilder out = new StringBuilder(HEADER).append(doc);
  out.append("final class ").append(name).append(" {\n");
  line(out, 2, "private static final VectorSpecies<Float> S = Lanes.FLOATS;");
  line(out, 2, "private static final int L = Lanes.COUNT;");
  line(out, 0, "");
  line(out, 2, "private " + name + "() {}");
  for (int[] tile : tiles) {
    tile(out, kind, tile[0], tile[1]);
  }
  line(out, 0, "}");
  Files.writeString(folder.resolve(name + ".java"), out);
}

static String[] parameters(Kind kind) {
  return switch (kind) {
    case RUN ->
        "float[] a,int base,int[] starts,int[] bs,int run,int[] rows,int r,float[] b,int bo,float[] c,int[] cs,int co,int last"
            .split(",");
    case TAP ->
        "float[] a,int base,int[] tab,int from,int to,int[] rows,int r,float[] b,int bo,float[] e,int keep,float[] c,int[] cs,int co,int last"
            .split(",");
    case COLUMN ->
        "float[] a,int base,int[] tab,int from,int to,float[] b,int bo,float[] e,int keep,float[] c,int co,int ci,int last"
            .split(",");
  };
}

static void tile(StringBuilder out, Kind kind, int rows, int vectors) {
  line(out, 0, "");
  line(out, 2, "static void tile" + rows + "x" + vectors + "(");
  String[] parameters = parameters(kind);
  for (int i = 0; i < parameters.length; i++) {
    line(out, 6, parameters[i] + (i < parameters.length - 1 ? "," : ") {"));
  }
  for (int i = 0; i < rows; i++) {
    if (kind == Kind.COLUMN) {
      line(
          out, 4, "int c" + i + " = co" + (i == 0 ? ";" : " + " + (i == 1 ? "ci;" : i + " * ci;")));
    } else {
      String at = i == 0 ? "r" : "r + " + i;
      line(out, 4, "int r" + i + " = base + rows[" + at + "];");
      if (kind == Kind.TAP) {
        line(out, 4, "int c" + i + " = co + cs[" + at + "];");
      }
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int v = 0; v < vectors; v++) {
      String at = v == 0 ? "c" + i + " & keep" : "c" + i + " + last & keep";
      String start = kind == Kind.RUN ? "zero(S);" : "fromArray(S, e, " + at + ");";
      line(out, 4, "FloatVector s" + i + v + " = FloatVector." + start);
    }
  }
  String step = vectors == 1 ? "L" : vectors + " * L";
  if (kind == Kind.RUN) {
    line(out, 4, "int n = Math.min(run, WideConvProduct.SHORT);");
    line(out, 4, "for (int g = 0; g < starts.length; g++) {");
    line(out, 6, "int t = starts[g];");
    line(out, 6, "int start = bo + bs[g] * " + step + ";");
    for (int i = 0; i < rows; i++) {
      line(out, 6, "int u" + i + " = r" + i + " + t & Integer.MAX_VALUE;");
    }
    line(out, 6, "for (int q = 0; q < n; q++) {");
    line(out, 8, "int at = start + q * " + step + ";");
  } else {
    line(out, 4, "for (int q = from; q < to; q++) {");
    line(out, 6, "int at = bo + (q - from) * " + step + ";");
  }
  int deep = kind == Kind.RUN ? 8 : 6;
  if (kind == Kind.COLUMN) {
    line(out, deep, "int t = base + tab[q];");
  } else if (kind == Kind.TAP) {
    line(out, deep, "int t = tab[q];");
  }
  for (int v = 0; v < vectors; v++) {
    line(
        out,
        deep,
        "FloatVector b" + v + " = FloatVector.fromArray(S, b, at" + (v == 0 ? "" : " + L") + ");");
  }
  for (int i = 0; i < rows; i++) {
    String index =
        switch (kind) {
          case RUN -> "u" + i + " + q";
          case TAP -> "r" + i + " + t";
          case COLUMN -> i == 0 ? "t" : "t + " + i;
        };
    line(out, deep, "FloatVector a" + i + " = FloatVector.broadcast(S, a[" + index + "]);");
    for (int v = 0; v < vectors; v++) {
      line(out, deep, "s" + i + v + " = a" + i + ".fma(b" + v + ", s" + i + v + ");");
    }
  }
  if (kind == Kind.RUN) {
    line(out, 6, "}");
  }
  line(out, 4, "}");
  for (int i = 0; i < rows; i++) {
    String row = "c" + i;
    if (kind == Kind.RUN) {
      line(out, 4, "int c" + i + " = co + cs[" + (i == 0 ? "r];" : "r + " + i + "];"));
    }
    for (int v = 0; v < vectors; v++) {
      line(out, 4, "s" + i + v + ".intoArray(c, " + row + (v == 0 ? ");" : " + last);"));
    }
  }
  line(out, 2, "}");
}

static void line(StringBuilder out, int indent, String text) {
  out.append(" ".repeat(text.isEmpty() ? 0 : indent)).append(text).append('\n');
}
