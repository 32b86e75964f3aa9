package dev.tutti.bench.peers;

import java.util.List;
import java.util.Locale;

/// One comparison.
///
/// @param ratio the peer's median time over ours
/// @param atLeast the smallest ratio that is good enough, NaN if there is no target
/// @param ratioMin the smallest ratio of any round (of a mean: of any shape)
/// @param ratioMax the largest
record Row(
    String workload,
    String shape,
    int threads,
    double oursUs,
    String peer,
    double peerUs,
    double ratio,
    double atLeast,
    double ratioMin,
    double ratioMax) {

  /// Two measurements of the same code differ by this much.
  static final double NOISE = 0.005;

  /// {@return the comparison of two contenders of one contest}
  static Row of(
      String workload,
      String shape,
      int threads,
      Contest.Times ours,
      Contest.Times peer,
      Goal goal) {
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    for (int r = 0; r < ours.us().length; r++) {
      double ratio = peer.us()[r] / ours.us()[r];
      min = Math.min(min, ratio);
      max = Math.max(max, ratio);
    }
    double own = ours.median();
    double other = peer.median();
    return new Row(
        workload, shape, threads, own, peer.name(), other, other / own, goal.on(threads), min, max);
  }

  /// {@return the geometric mean of ratios}
  static Row mean(String workload, int threads, List<Row> rows, String peer, Goal goal) {
    double log = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    for (Row row : rows) {
      log += Math.log(row.ratio);
      min = Math.min(min, row.ratio);
      max = Math.max(max, row.ratio);
    }
    double mean = Math.exp(log / rows.size());
    double none = Double.NaN;
    return new Row(
        workload, "geomean", threads, none, peer, none, mean, goal.on(threads), min, max);
  }

  /// {@return whether the ratio is good enough; compared with our own loop, a ratio of nearly 1
  /// counts as 1}
  boolean fits() {
    double noise = workload.equals(VmapVsLoop.NAME) ? NOISE : 0;
    return !(ratio < atLeast - noise);
  }

  private static final String COLUMNS = "%-19s %-24s %7s %11s  %-26s %11s %7s %-13s %8s %s";

  /// {@return the head of the table}
  static String head() {
    return COLUMNS.formatted(
        "workload", "shape", "threads", "ours µs", "peer", "peer µs", "ratio", "min–max",
        "at least", "");
  }

  /// {@return the line of the table}
  String line() {
    boolean mean = Double.isNaN(oursUs);
    return COLUMNS
        .formatted(
            workload,
            shape,
            threads,
            mean ? "" : number("%.1f", oursUs),
            peer,
            mean ? "" : number("%.1f", peerUs),
            number("%.2f", ratio),
            number("%.2f", ratioMin) + "–" + number("%.2f", ratioMax),
            Double.isNaN(atLeast) ? "" : number("%.2f", atLeast),
            Double.isNaN(atLeast) ? "" : fits() ? "ok" : "BELOW")
        .stripTrailing();
  }

  private static String number(String format, double x) {
    return String.format(Locale.ROOT, format, x);
  }

  /// {@return the row as a JSON object; missing values are null}
  String json() {
    return ("{\"workload\": %s, \"shape\": %s, \"threads\": %d, \"ours_us\": %s, \"peer\": %s, "
            + "\"peer_us\": %s, \"ratio\": %s, \"at_least\": %s, \"ratio_min\": %s, "
            + "\"ratio_max\": %s}")
        .formatted(
            Json.text(workload),
            Json.text(shape),
            threads,
            Json.number(oursUs, 3),
            Json.text(peer),
            Json.number(peerUs, 3),
            Json.number(ratio, 4),
            Json.number(atLeast, 4),
            Json.number(ratioMin, 4),
            Json.number(ratioMax, 4));
  }

  /// {@return the row as one line of fields between tabs, for [#parse]}
  String fields() {
    return String.join(
        "\t",
        workload,
        shape,
        Integer.toString(threads),
        Double.toString(oursUs),
        peer,
        Double.toString(peerUs),
        Double.toString(ratio),
        Double.toString(atLeast),
        Double.toString(ratioMin),
        Double.toString(ratioMax));
  }

  /// {@return the row of such a line}
  static Row parse(String line) {
    String[] f = line.split("\t", -1);
    return new Row(
        f[0],
        f[1],
        Integer.parseInt(f[2]),
        Double.parseDouble(f[3]),
        f[4],
        Double.parseDouble(f[5]),
        Double.parseDouble(f[6]),
        Double.parseDouble(f[7]),
        Double.parseDouble(f[8]),
        Double.parseDouble(f[9]));
  }
}
