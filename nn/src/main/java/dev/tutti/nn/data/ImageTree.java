package dev.tutti.nn.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where the images of an [ImageFolder] are: sorted paths by class. `test` is empty where the tree
/// has no such part; all its classes are among those of `train`.
record ImageTree(SortedMap<String, List<String>> train, SortedMap<String, List<String>> test) {
  private static final Set<String> VALIDATION = Set.of("val", "valid", "validation");

  /// The tree of the images among the files of `source`, which messages call by the name of `path`.
  static ImageTree of(Path path, ImageSource source) {
    List<String> images = source.paths().stream().filter(ImageTree::isImage).toList();
    List<String[]> parts = new ArrayList<>();
    for (String image : images) {
      String[] folders = image.split("/");
      if (folders.length > 1) {
        parts.add(folders);
      }
    }
    if (parts.isEmpty()) {
      int others = source.paths().size() - images.size();
      throw DataError.in(
          path,
          "holds no class folders with JPEG or PNG files (%s beside them, %s)"
              .formatted(
                  DataError.counted(images.size(), "image"),
                  DataError.counted(others, "other file")));
    }
    int top = commonFolders(parts);
    Set<String> tops = new HashSet<>();
    for (String[] folders : parts) {
      tops.add(folders[top]);
    }
    String test = testFolder(tops);
    SortedMap<String, List<String>> trainFiles = new TreeMap<>();
    SortedMap<String, List<String>> testFiles = new TreeMap<>();
    for (String[] folders : parts) {
      boolean isTest = test != null && folders[top].equals(test);
      if (test != null && !isTest && !folders[top].equals("train")) {
        continue;
      }
      int at = test == null ? top : top + 1;
      String image = String.join("/", folders);
      if (folders.length != at + 2) {
        throw DataError.in(
            path,
            "%s is not an image in a class folder; where others are CLASS/IMAGE, it is %s"
                .formatted(
                    DataError.quoted(image),
                    DataError.quoted(
                        String.join("/", Arrays.copyOfRange(folders, at, folders.length)))));
      }
      (isTest ? testFiles : trainFiles)
          .computeIfAbsent(folders[at], name -> new ArrayList<>())
          .add(image);
    }
    for (String name : testFiles.keySet()) {
      if (!trainFiles.containsKey(name)) {
        throw DataError.in(
            path, "the class %s of %s/ is not in train/".formatted(DataError.quoted(name), test));
      }
    }
    trainFiles.values().forEach(Collections::sort);
    testFiles.values().forEach(Collections::sort);
    return new ImageTree(trainFiles, testFiles);
  }

  private static boolean isImage(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png");
  }

  /// How many folders from the top all images share, leaving every image its class folder.
  private static int commonFolders(List<String[]> parts) {
    int top = 0;
    while (true) {
      String shared = parts.getFirst()[top];
      for (String[] folders : parts) {
        if (folders.length < top + 3 || !folders[top].equals(shared)) {
          return top;
        }
      }
      top++;
    }
  }

  /// The folder with the test part, or null where the top folders are no such parts.
  private static String testFolder(Set<String> tops) {
    for (String top : tops) {
      if (!top.equals("train") && !top.equals("test") && !VALIDATION.contains(top)) {
        return null;
      }
    }
    if (!tops.contains("train") || tops.size() < 2) {
      return null;
    }
    return tops.contains("test")
        ? "test"
        : tops.stream().filter(VALIDATION::contains).sorted().findFirst().orElseThrow();
  }

  /// The names of all classes, in the order of their labels.
  List<String> classes() {
    return List.copyOf(train.keySet());
  }

  /// Train and test part together.
  SortedMap<String, List<String>> merged() {
    SortedMap<String, List<String>> all = new TreeMap<>();
    train.forEach((name, files) -> all.put(name, new ArrayList<>(files)));
    test.forEach((name, files) -> all.get(name).addAll(files));
    return all;
  }
}
