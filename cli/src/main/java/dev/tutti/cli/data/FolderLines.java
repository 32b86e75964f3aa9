package dev.tutti.cli.data;

import dev.tutti.nn.data.read.LeftOut;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Describes a folder of images: its classes, and what is left out, a line for each reason.
public final class FolderLines {
  private static final int NAMED = 2;
  private static final int WIDTH = 79;
  private static final String MORE = ", ...";

  private FolderLines() {}

  /// {@return the classes, as many as fit on a line}
  public static String classes(List<String> names) {
    StringBuilder line = new StringBuilder(names.size() + " classes: ");
    for (int i = 0; i < names.size(); i++) {
      String next = (i == 0 ? "" : ", ") + shown(names.get(i));
      if (line.length() + next.length() > WIDTH - MORE.length()) {
        return line.append(MORE).toString();
      }
      line.append(next);
    }
    return line.toString();
  }

  /// {@return the lines, none if nothing is left out}
  public static List<String> of(List<LeftOut> leftOut) {
    Map<LeftOut.Reason, List<String>> paths = new EnumMap<>(LeftOut.Reason.class);
    for (LeftOut out : leftOut) {
      paths.computeIfAbsent(out.why(), _ -> new ArrayList<>()).add(out.path());
    }
    List<String> lines = new ArrayList<>();
    paths.forEach((why, those) -> lines.add(line(why, those)));
    return lines;
  }

  private static String line(LeftOut.Reason why, List<String> paths) {
    boolean one = paths.size() == 1;
    String what =
        switch (why) {
          case VALIDATION_PART -> "the validation part";
          case OUTSIDE_CLASSES ->
              one ? "1 image outside the class folders" : "%d images outside the class folders";
          case LEADS_BACK -> one ? "1 link that leads back" : "%d links that lead back";
          case HIDDEN -> one ? "1 hidden file or folder" : "%d hidden files and folders";
          case NOT_AN_IMAGE -> one ? "1 file that is not an image" : "%d files that are not images";
        };
    List<String> named = paths.stream().limit(NAMED).map(FolderLines::shown).toList();
    return "left out: %s (%s%s)"
        .formatted(
            what.formatted(paths.size()),
            String.join(", ", named),
            paths.size() > NAMED ? MORE : "");
  }

  /// A path without control characters, cut to a length that leaves room on the line.
  private static String shown(String path) {
    String plain =
        path.codePoints()
            .map(c ->
                Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return plain.length() <= 40 ? plain : "..." + plain.substring(plain.length() - 37);
  }
}
