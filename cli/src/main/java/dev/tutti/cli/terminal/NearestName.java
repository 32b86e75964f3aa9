package dev.tutti.cli.terminal;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the valid name that a mistyped one most likely meant.
public final class NearestName {
  private NearestName() {}

  /// The candidate with the smallest edit distance to `name`, case aside; of equal ones the first.
  /// Empty if even the nearest differs in more than two fifths of its letters: a name that differs
  /// more is not a typing error.
  public static Optional<String> of(String name, Collection<String> candidates) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = editDistance(wanted, candidate.toLowerCase(Locale.ROOT));
      boolean near = 5 * distance <= 2 * Math.max(wanted.length(), candidate.length());
      if (near && distance < least) {
        nearest = candidate;
        least = distance;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /// The least number of inserted, deleted and replaced characters and of swapped neighbours that
  /// turns `a` into `b` (optimal string alignment).
  static int editDistance(String a, String b) {
    int[][] distance = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = distance[i - 1][j - 1] + (same ? 0 : 1);
        best = Math.min(best, distance[i - 1][j] + 1);
        best = Math.min(best, distance[i][j - 1] + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        distance[i][j] = swapped ? Math.min(best, distance[i - 2][j - 2] + 1) : best;
      }
    }
    return distance[a.length()][b.length()];
  }
}
