package dev.tutti.nn.io;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The error for a state dict whose names are not a model's.
final class NameMismatch {
  private static final int SHOWN = 5;

  /// Names beyond these are not searched for the nearest, nor the ends of longer ones.
  private static final int MOST_NAMES = 1_000;

  private static final int LONGEST = 200;

  private NameMismatch() {}

  /// {@return one line, without a source: the missing names, the unexpected names, and which
  /// unexpected name may be the first missing one, or what all missing ones are under}
  static String described(Set<String> model, Set<String> values) {
    List<String> missing = without(model, values);
    List<String> unexpected = without(values, model);
    if (missing.isEmpty()) {
      return "the model has no " + listed(unexpected);
    }
    if (unexpected.isEmpty()) {
      return "lacks " + listed(missing);
    }
    return "lacks %s; the model has no %s%s"
        .formatted(listed(missing), listed(unexpected), advice(missing, unexpected));
  }

  private static String advice(List<String> missing, List<String> unexpected) {
    String first = missing.getFirst();
    String near = nearest(first, unexpected);
    if (near == null) {
      return "";
    }
    String prefix = near.endsWith("." + first) ? near.substring(0, near.lastIndexOf(first)) : "";
    Set<String> there = new HashSet<>(unexpected);
    boolean all = missing.stream().allMatch(name -> there.contains(prefix + name));
    return all
        ? "; all that it lacks is there under %s (StateDict.under(\"%s\") takes that alone)"
            .formatted(prefix, prefix)
        : "; nearest to %s is %s (rename with StateDict.prefixes or under)".formatted(first, near);
  }

  static List<String> without(Set<String> names, Set<String> others) {
    return names.stream().filter(name -> !others.contains(name)).toList();
  }

  private static String listed(Collection<String> names) {
    String first = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    int more = names.size() - SHOWN;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  /// {@return the name that ends with all of `wanted`, else the one in which fewest characters
  /// differ, null if more than half of them do}
  private static String nearest(String wanted, List<String> names) {
    String nearest = null;
    int least = Math.min(wanted.length(), LONGEST) / 2 + 1;
    for (String name : names.subList(0, Math.min(names.size(), MOST_NAMES))) {
      int distance = name.endsWith("." + wanted) ? 0 : distance(wanted, name);
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return nearest;
  }

  /// {@return the characters to insert, delete or replace (Levenshtein)}
  private static int distance(String a, String b) {
    int n = Math.min(b.length(), LONGEST);
    int[] row = new int[n + 1];
    for (int j = 0; j <= n; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= Math.min(a.length(), LONGEST); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= n; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[n];
  }
}
