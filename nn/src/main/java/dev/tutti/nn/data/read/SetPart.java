package dev.tutti.nn.data.read;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A part of a set of images by the name of its folder: one of a few words, alone or before `set`,
/// `images` or `data`. Upper and lower case are the same, and `-`, `_`, `.`, spaces and digits do
/// not count.
enum SetPart {
  TRAIN("train", "training"),
  VALIDATION("val", "valid", "validation"),
  TEST("test", "testing");

  /// The names, as messages list them.
  static final String NAMES =
      "train, val and test (also training, valid, validation, testing; each may have set, images"
          + " or data after it)";

  private static final Set<String> SUFFIXES = Set.of("", "set", "images", "data");

  private final List<String> words;

  SetPart(String... words) {
    this.words = List.of(words);
  }

  /// The part that a folder of this name holds, or null.
  static SetPart of(String folder) {
    String name = folder.toLowerCase(Locale.ROOT).replaceAll("[-_. 0-9]", "");
    for (SetPart part : values()) {
      for (String word : part.words) {
        if (name.startsWith(word) && SUFFIXES.contains(name.substring(word.length()))) {
          return part;
        }
      }
    }
    return null;
  }
}
