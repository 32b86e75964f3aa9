package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The places of the images of an [ImageFolder]: sorted paths by class, and everything else that is
/// there.
///
/// @param parts the existing parts of the set; a set without parts is all training part. The
///   classes of each are among those of the training part
/// @param leftOut what is in no class of a part
record ImageTree(Map<SetPart, SortedMap<String, List<String>>> parts, List<LeftOut> leftOut) {

  /// The tree of the images among the files of `source`, which messages call by the name of `path`.
  ///
  /// @param classesOnly whether the folders are classes, however they are called
  static ImageTree of(Path path, ImageSource source, boolean classesOnly) {
    return new Builder(path, source).tree(classesOnly);
  }

  /// The names of all classes, in the order of their labels.
  List<String> classes() {
    return List.copyOf(parts.get(SetPart.TRAIN).keySet());
  }

  /// The images of a part, none if it is not there.
  SortedMap<String, List<String>> part(SetPart part) {
    return parts.getOrDefault(part, Collections.emptySortedMap());
  }

  /// The images of several parts together.
  SortedMap<String, List<String>> merged(List<SetPart> chosen) {
    SortedMap<String, List<String>> all = new TreeMap<>();
    for (SetPart one : chosen) {
      part(one)
          .forEach(
              (name, files) -> all.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(files));
    }
    return all;
  }

  /// The parts to train and to test on: the validation part is the one to test on if there is no
  /// test part.
  List<SetPart> trainAndTest() {
    SetPart test = parts.containsKey(SetPart.TEST) ? SetPart.TEST : SetPart.VALIDATION;
    return parts.containsKey(test) ? List.of(SetPart.TRAIN, test) : List.of(SetPart.TRAIN);
  }

  /// A folder: its own files and the folders in it.
  private record Node(String path, SortedMap<String, Node> folders, List<String> files) {
    Node(String path) {
      this(path, new TreeMap<>(), new ArrayList<>());
    }

    /// Whether an image of any format is in the folder itself.
    boolean holdsImages() {
      return files.stream().anyMatch(file -> ImageFormat.of(file) != null);
    }

    /// The first folder from this one down that is not the only one of its folder, or is a class:
    /// it holds an image itself, or no folder.
    Node last() {
      Node last = this;
      while (last.folders.size() == 1) {
        Node only = last.folders.firstEntry().getValue();
        if (only.holdsImages() || only.folders.isEmpty()) {
          break;
        }
        last = only;
      }
      return last;
    }

    /// Whether an image is in it or below it.
    boolean hasImages() {
      return holdsImages() || folders.values().stream().anyMatch(Node::hasImages);
    }

    /// All files in it and below it, in the order of their paths.
    void collect(List<String> to) {
      to.addAll(files);
      folders.values().forEach(folder -> folder.collect(to));
    }
  }

  /// Makes the tree of a source's paths.
  private static final class Builder {
    private static final int LONGEST = 60;

    /// What to do if folders that look like parts, or like a folder of classes, are classes.
    private static final String CLASSES_ONLY =
        "; if the folders at the top are all classes, say so (ImageFolder.classesOnly,"
            + " folder:PATH#classes)";

    private final Path path;
    private final ImageSource source;
    private final List<LeftOut> leftOut;

    Builder(Path path, ImageSource source) {
      this.path = path;
      this.source = source;
      leftOut = new ArrayList<>(source.leftOut());
    }

    ImageTree tree(boolean classesOnly) {
      Node root = root();
      Node top = root.last();
      if (top.folders.isEmpty()) {
        throw withoutClasses();
      }
      Map<SetPart, Node> nodes = classesOnly ? Map.of() : parts(top);
      Map<SetPart, SortedMap<String, List<String>>> parts = new EnumMap<>(SetPart.class);
      leaveOut(beside(root, top));
      if (nodes.isEmpty()) {
        parts.put(SetPart.TRAIN, classes(top));
      }
      nodes.forEach((part, node) -> parts.put(part, classesOfPart(node)));
      nodes.forEach(
          (part, node) -> requireKnown(parts, part, node.path, nodes.get(SetPart.TRAIN).path));
      if (parts.containsKey(SetPart.TEST) && parts.containsKey(SetPart.VALIDATION)) {
        String folder = nodes.get(SetPart.VALIDATION).path;
        leftOut.add(new LeftOut(folder, LeftOut.Reason.VALIDATION_PART));
      }
      leftOut.sort(Comparator.comparing(LeftOut::why).thenComparing(LeftOut::path));
      return new ImageTree(parts, leftOut);
    }

    private Node root() {
      Node root = new Node("");
      for (String folder : source.folders()) {
        node(root, folder);
      }
      for (String file : source.paths()) {
        int end = file.lastIndexOf('/');
        node(root, end < 0 ? "" : file.substring(0, end)).files.add(file);
      }
      sort(root);
      return root;
    }

    private static Node node(Node root, String folder) {
      Node node = root;
      for (String name : folder.isEmpty() ? new String[0] : folder.split("/")) {
        String prefix = node.path;
        node = node.folders.computeIfAbsent(name, _ -> new Node(prefix + name + "/"));
      }
      return node;
    }

    private static void sort(Node node) {
      Collections.sort(node.files);
      node.folders.values().forEach(Builder::sort);
    }

    /// The files in the folders from `first` down to `last`, which are in no class.
    private static List<String> beside(Node first, Node last) {
      List<String> files = new ArrayList<>(last.files);
      for (Node node = first; node != last; node = node.folders.firstEntry().getValue()) {
        files.addAll(node.files);
      }
      return files;
    }

    private DataError withoutClasses() {
      List<String> files = source.paths();
      long images =
          files.stream().map(ImageFormat::of).filter(f -> f != null && f.isRead()).count();
      return DataError.in(
          path,
          "holds no class folders with JPEG or PNG files (%s outside them, %s)"
              .formatted(
                  DataError.counted(images, "image"),
                  DataError.counted(files.size() - images, "other file")));
    }

    /// The folders that are parts, none if all are classes.
    private Map<SetPart, Node> parts(Node top) {
      Map<SetPart, Node> parts = new EnumMap<>(SetPart.class);
      boolean surely = false;
      for (Map.Entry<String, Node> folder : top.folders.entrySet()) {
        SetPart part = SetPart.of(folder.getKey());
        Node node = folder.getValue();
        surely |= part != null && !node.holdsImages() && !node.folders.isEmpty();
        Node before = part == null ? null : parts.putIfAbsent(part, node);
        if (before != null) {
          throw DataError.in(
              path,
              "%s and %s both hold the same part of the set; leave one of them"
                      .formatted(before.path, node.path)
                  + CLASSES_ONLY);
        }
      }
      if (top.folders.size() > 1 && surely || parts.size() > 1) {
        requireParts(top, parts);
        return parts;
      }
      requireClasses(top);
      return Map.of();
    }

    /// Some folders are parts, so all with images must be.
    private void requireParts(Node top, Map<SetPart, Node> parts) {
      for (Node node : top.folders.values()) {
        if (parts.containsValue(node)) {
          continue;
        }
        if (!node.hasImages()) {
          leftOut.add(new LeftOut(node.path, LeftOut.Reason.NOT_AN_IMAGE));
        } else {
          throw DataError.in(
              path,
              "%s is called as a part of a set and %s is not; parts are called %s, and classes"
                      .formatted(parts.values().iterator().next().path, node.path, SetPart.NAMES)
                  + " hold their images themselves"
                  + CLASSES_ONLY);
        }
      }
      if (!parts.containsKey(SetPart.TRAIN)) {
        throw DataError.in(
            path,
            "holds %s, but no training part; parts are called %s"
                    .formatted(paths(parts.values()), SetPart.NAMES)
                + CLASSES_ONLY);
      }
    }

    /// Folders with nothing but folders in them, and the same ones in several, may be parts under
    /// names that are not known.
    private void requireClasses(Node top) {
      if (top.folders.size() == 1) {
        requireClass(top.folders.firstEntry().getValue());
        return;
      }
      Set<String> inner = new HashSet<>();
      String shared = null;
      for (Node node : top.folders.values()) {
        if (node.holdsImages() || node.folders.isEmpty()) {
          return;
        }
        for (String name : node.last().folders.keySet()) {
          shared = inner.add(name) || shared != null ? shared : name;
        }
      }
      if (shared != null) {
        throw DataError.in(
            path,
            "%s may be parts with classes such as %s, or classes with folders in them; parts are"
                    .formatted(paths(top.folders.values()), DataError.quoted(shared))
                + " called %s; classes hold an image themselves".formatted(SetPart.NAMES)
                + CLASSES_ONLY);
      }
    }

    /// The only folder is a class, or else the folder of the classes.
    private void requireClass(Node only) {
      List<Node> inner = only.folders.values().stream().filter(Node::hasImages).toList();
      if (!inner.isEmpty()) {
        throw DataError.in(
            path,
            "%s is the only folder and holds an image and folders of images: as a class it is the"
                    .formatted(only.path)
                + " only one, as the folder of the classes %s it may hold no image itself"
                    .formatted(paths(inner))
                + CLASSES_ONLY);
      }
    }

    private static String paths(Iterable<Node> nodes) {
      List<String> paths = new ArrayList<>();
      nodes.forEach(node -> paths.add(node.path));
      return shortened(paths);
    }

    private SortedMap<String, List<String>> classesOfPart(Node part) {
      Node top = part.last();
      List<String> files = beside(part, top);
      for (String file : files) {
        if (ImageFormat.of(file) != null) {
          throw DataError.in(
              path,
              "%s is in a part of the set, but not in a class folder; images of a part are"
                      .formatted(DataError.quoted(file))
                  + " %sCLASS/IMAGE".formatted(top.path));
        }
      }
      leaveOut(files);
      if (top.folders.isEmpty()) {
        throw DataError.in(path, "%s holds no class folders".formatted(part.path));
      }
      return classes(top);
    }

    private SortedMap<String, List<String>> classes(Node top) {
      SortedMap<String, List<String>> classes = new TreeMap<>();
      List<String> others = new ArrayList<>();
      top.folders.forEach((name, folder) -> {
        List<String> images = new ArrayList<>();
        folder.collect(images);
        List<String> rest = new ArrayList<>(images);
        images.removeIf(file -> !isRead(file));
        rest.removeIf(Builder::isRead);
        requireReadable(rest);
        if (images.isEmpty()) {
          throw DataError.in(
              path,
              "the class folder %s holds no JPEG or PNG file: it %s"
                  .formatted(
                      folder.path, rest.isEmpty() ? "is empty" : "has only " + shortened(rest)));
        }
        Collections.sort(images);
        classes.put(name, images);
        others.addAll(rest);
      });
      leaveOut(others);
      return classes;
    }

    private static boolean isRead(String file) {
      ImageFormat format = ImageFormat.of(file);
      return format != null && format.isRead();
    }

    /// Files in a class folder that are not read must not be images.
    private void requireReadable(List<String> files) {
      for (String file : files) {
        ImageFormat byName = ImageFormat.of(file);
        if (byName != null) {
          throw new DataError(
              "%s: is a %s file, which is not read (%d such in its class); convert it to PNG or JPEG"
                  .formatted(
                      source.shown(file),
                      file.substring(file.lastIndexOf('.')),
                      files.stream().filter(other -> ImageFormat.of(other) == byName).count()));
        }
        ImageFormat byContent = ImageFormat.of(source.start(file, ImageFormat.MAGIC_BYTES));
        if (byContent != null) {
          throw new DataError(
              "%s: starts as a %s image, but its name does not say so; %s"
                  .formatted(
                      source.shown(file),
                      byContent,
                      byContent.isRead()
                          ? "it must end with ." + byContent.ending()
                          : "convert it to PNG or JPEG"));
        }
      }
    }

    private void requireKnown(
        Map<SetPart, SortedMap<String, List<String>>> parts,
        SetPart part,
        String folder,
        String train) {
      for (String name : parts.get(part).keySet()) {
        if (!parts.get(SetPart.TRAIN).containsKey(name)) {
          throw DataError.in(
              path,
              "the class %s of %s is not in %s".formatted(DataError.quoted(name), folder, train));
        }
      }
    }

    private void leaveOut(List<String> files) {
      for (String file : files) {
        boolean image = ImageFormat.of(file) != null;
        leftOut.add(
            new LeftOut(
                file, image ? LeftOut.Reason.OUTSIDE_CLASSES : LeftOut.Reason.NOT_AN_IMAGE));
      }
    }

    /// The first three of some paths, each cut to a length that leaves room for the others.
    private static String shortened(List<String> paths) {
      String first =
          paths.stream()
              .limit(3)
              .map(file -> file.length() <= LONGEST ? file : file.substring(0, LONGEST) + "…")
              .collect(Collectors.joining(", "));
      return paths.size() <= 3 ? first : first + ", … (" + paths.size() + " in all)";
    }
  }
}
