package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which folders are classes, parts of a set, or in the way; on disk and in an archive alike.
class ImageTreeTest {
  private static final String CLASSES_ONLY =
      "; if the folders at the top are all classes, say so (ImageFolder.classesOnly,"
          + " folder:PATH#classes)";

  @TempDir Path folder;
  private int count;

  /// The files of a set: images are images, others have the text after `=`, if any; a path that
  /// ends with `/` is a folder, and `+` a space.
  private static Map<String, byte[]> files(String paths) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String path : paths.split(" ")) {
      String[] nameAndText = path.replace('+', ' ').split("=", 2);
      String name = nameAndText[0];
      byte[] text = nameAndText[nameAndText.length - 1].getBytes(StandardCharsets.UTF_8);
      boolean image = name.matches("(?i).*\\.(png|jpe?g|jfif)") || path.endsWith("=png");
      files.put(name, name.endsWith("/") ? new byte[0] : image ? dot(files.size()) : text);
    }
    return files;
  }

  /// The set as a folder and as an archive, both called `d`.
  private List<Path> both(String paths) {
    Path place = folder.resolve("" + count++);
    Map<String, byte[]> files = files(paths);
    files.forEach((name, bytes) -> {
      if (name.endsWith("/")) {
        makeFolder(place.resolve("tree/d").resolve(name));
      } else {
        write(place.resolve("tree/d").resolve(name), bytes);
      }
    });
    return List.of(place.resolve("tree/d"), write(place.resolve("d"), zip(files)));
  }

  private static void makeFolder(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asserts the classes of each part, with the number of images of each: `train: cat 2, dog 1`.
  private void assertTree(String expected, String paths) {
    for (Path path : both(paths)) {
      ImageFolder.Parts parts = ImageFolder.of(path).parts();
      StringBuilder found = new StringBuilder("train:" + classes(parts.train()));
      parts.validation().ifPresent(set -> found.append("; validation:" + classes(set)));
      parts.test().ifPresent(set -> found.append("; test:" + classes(set)));
      assertEquals(expected, found.toString(), paths);
    }
  }

  private static String classes(Dataset set) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < set.size(); i++) {
      counts.merge(set.classes().get(set.label(i)), 1, Integer::sum);
    }
    return counts.toString().replaceAll("[{}]", "").replace("=", " ").replaceAll("^", " ");
  }

  private void assertRefused(String line, String paths) {
    for (Path path : both(paths)) {
      String shown = line.replace("d/…", Files.isDirectory(path) ? "d/" : "d: ");
      assertError(shown, () -> ImageFolder.read(path));
      assertError(shown, () -> ImageFolder.of(path).parts());
      assertError(shown, () -> ImageFolder.counts(path));
      assertError(shown, () -> ImageFolder.of(path).leftOut());
      if (line.endsWith(CLASSES_ONLY)) {
        assertTrue(ImageFolder.of(path).classesOnly().counts().size() > 0);
      }
    }
  }

  private void assertLeftOut(String expected, String paths) {
    for (Path path : both(paths)) {
      List<LeftOut> leftOut = ImageFolder.of(path).leftOut();
      assertEquals(
          expected, String.join(", ", leftOut.stream().map(LeftOut::toString).toList()), paths);
    }
  }

  @Test
  void foldersBelowAClassFolderAreOfItsClass() {
    assertTree("train: cat 2, dog 1", "cat/a/1.png cat/1.png dog/1.png");
    assertTree(
        "train: cat 4, dog 2",
        "cat/a/1.png cat/b/1.png cat/1.png cat/b/c/d/1.png dog/1.png dog/x/y/1.png");
    assertTree("train: cat 1, dog 1", "cat/a/1.png dog/b/1.png");
    assertTree(
        "train: cat 2, dog 1; test: cat 1, dog 1",
        "train/cat/a/1.png train/cat/1.png train/dog/1.png test/cat/1.png test/dog/b/1.png");
  }

  @Test
  void aClassFolderWithoutAnImageIsNamed() {
    assertRefused(
        "d: the class folder dog/ holds no JPEG or PNG file: it is empty",
        "cat/1.png dog/ owl/1.png");
    assertRefused(
        "d: the class folder dog/ holds no JPEG or PNG file: it has only dog/a.txt, dog/b/c",
        "cat/1.png dog/a.txt dog/b/c owl/1.png");
    assertRefused(
        "d: the class folder dog/ holds no JPEG or PNG file: it has only dog/1.txt, dog/2.txt,"
            + " dog/3.txt, … (4 in all)",
        "cat/1.png dog/1.txt dog/2.txt dog/3.txt dog/4.txt");
    assertRefused(
        "d: the class folder dog/ holds no JPEG or PNG file: it is empty",
        "cat/1.png dog/sub/sub/ owl/1.png");
    assertRefused(
        "d: the class folder test/dog/ holds no JPEG or PNG file: it is empty",
        "train/cat/1.png train/dog/1.png test/cat/1.png test/dog/");
    assertRefused(
        "d: the class folder dog/ holds no JPEG or PNG file: it is empty",
        "cat/1.png dog/.hidden.png dog/Thumbs.db");
  }

  @Test
  void imagesOfOtherFormatsAreNamed() {
    for (String ending :
        "webp bmp gif tif tiff ppm pgm heic avif jp2 WEBP Bmp jxl ico cr2".split(" ")) {
      assertRefused(
          "d/…dog/0.%s: is a .%s file, which is not read (1 such in its class); convert it to PNG or"
                  .formatted(ending, ending)
              + " JPEG",
          "cat/0.png dog/0.png dog/0.%s".formatted(ending));
    }
    assertRefused(
        "d/…dog/0.webp: is a .webp file, which is not read (2 such in its class); convert it to PNG"
            + " or JPEG",
        "cat/0.png dog/0.webp dog/sub/1.webp owl/0.png");
  }

  @Test
  void imagesUnderAnotherNameAreNamed() {
    assertRefused(
        "d/…dog/0: starts as a PNG image, but its name does not say so; it must end with .png",
        "cat/0.png dog/1.png dog/0=png");
    assertRefused(
        "d/…dog/0.jpg_large: starts as a GIF image, but its name does not say so; convert it to"
            + " PNG or JPEG",
        "cat/0.png dog/1.png dog/0.jpg_large=GIF89a");
    assertRefused(
        "d/…dog/a/0.data: starts as a WEBP image, but its name does not say so; convert it to"
            + " PNG or JPEG",
        "cat/0.png dog/1.png dog/a/0.data=RIFF1234WEBP");
    assertTree("train: cat 1, dog 1", "cat/0.png dog/1.png dog/0=BMW dog/2.txt=II");
  }

  @Test
  void endingsAreThoseThatPillowReadsInAnyCase() {
    assertTree(
        "train: cat 4, dog 3",
        "cat/1.JPG cat/2.PNG cat/3.JPEG cat/4.jfif dog/1.Jpg dog/2.pNg dog/3.JFIF");
  }

  @Test
  void whatIsNotAnImageIsListed() {
    assertLeftOut(
        "", "cat/1.png dog/1.png Thumbs.db cat/.DS_Store __MACOSX/cat/._1.png cat/desktop.ini");
    assertLeftOut(
        "over.png (image outside the class folders),"
            + " .git/ (hidden file or folder), cat/.1.png (hidden file or folder),"
            + " cat/a.txt (not an image), readme.txt (not an image)",
        "readme.txt cat/1.png dog/1.png over.png .git/a/b .git/c cat/a.txt cat/.1.png");
    assertLeftOut(
        "view.bmp (image outside the class folders), license (not an image)",
        "license top/cat/1.png top/dog/1.png view.bmp");
    assertLeftOut(
        "val/ (validation part), labels/ (not an image)",
        "train/a/1.png test/a/1.png val/a/1.png labels/a.csv");
    assertLeftOut("", "train/a/1.png val/a/1.png");
  }

  @Test
  void partsHaveTheNamesThatAreInUse() {
    String[][] names = {
      {"train", "test"},
      {"Train", "Test"},
      {"TRAIN", "TEST"},
      {"training", "testing"},
      {"training-images", "test-images"},
      {"training_set", "test_set"},
      {"trainset", "testset"},
      {"train_data", "test_data"},
      {"Training+Images", "Testing+Images"},
      {"train.set", "test.set"},
      {"train2017", "test1"},
      {"train_images", "testing-images"}
    };
    for (String[] name : names) {
      assertTree(
          "train: a 1, b 1; test: a 1",
          "%s/a/1.png %1$s/b/1.png %s/a/1.png".formatted(name[0], name[1]));
    }
    for (String validation :
        "val valid validation Val VALID validation_set val-images valid_data".split(" ")) {
      assertTree(
          "train: a 1, b 1; validation: b 1; test: a 1",
          "train/a/1.png train/b/1.png test/a/1.png %s/b/1.png".formatted(validation));
      assertTree(
          "train: a 1, b 1; validation: b 1",
          "train/a/1.png train/b/1.png %s/b/1.png".formatted(validation));
    }
    // Archives often hold their folder twice.
    assertTree(
        "train: a 1, b 1; test: a 1, b 1",
        "training_set/training_set/a/1.png training_set/training_set/b/1.png test_set/test_set/a/1.png test_set/test_set/b/1.png");
    assertTree(
        "train: a 1, b 1; test: b 1", "top/x/train/a/1.png top/x/train/b/1.png top/x/test/b/1.png");
  }

  @Test
  void partsThatAreNotClearAreErrors() {
    String names =
        "train, val and test (also training, valid, validation, testing; each may have set,"
            + " images or data after it)";
    assertRefused(
        "d: seg_test/, seg_train/ may be parts with classes such as \"a\", or classes with folders in"
            + " them; parts are called "
            + names
            + "; classes hold an image themselves"
            + CLASSES_ONLY,
        "seg_train/a/1.png seg_train/b/1.png seg_test/a/1.png seg_test/b/1.png");
    assertRefused(
        "d: pred/, seg_test/, seg_train/ may be parts with classes such as \"a\", or classes with"
            + " folders in them; parts are called "
            + names
            + "; classes hold an image themselves"
            + CLASSES_ONLY,
        "seg_train/seg_train/a/1.png seg_train/seg_train/b/1.png seg_test/seg_test/a/1.png"
            + " pred/pred/1.png");
    assertRefused(
        "d: \"train/cat.1.png\" is in a part of the set, but not in a class folder; images of a part"
            + " are train/CLASS/IMAGE",
        "train/cat.1.png train/dog.1.png test1/1.png");
    assertRefused(
        "d: \"train/1.png\" is in a part of the set, but not in a class folder; images of a part are"
            + " train/train/CLASS/IMAGE",
        "train/1.png train/train/a/1.png train/train/b/1.png test/a/1.png");
    assertRefused(
        "d: train/ is called as a part of a set and extra/ is not; parts are called "
            + names
            + ", and classes hold their images themselves"
            + CLASSES_ONLY,
        "train/a/1.png train/b/1.png extra/a/1.png");
    assertRefused(
        "d: train/ is called as a part of a set and unlabelled/ is not; parts are called "
            + names
            + ", and classes hold their images themselves"
            + CLASSES_ONLY,
        "train/a/1.png train/b/1.png test/a/1.png unlabelled/1.png");
    assertRefused(
        "d: holds val/, test/, but no training part; parts are called " + names + CLASSES_ONLY,
        "test/a/1.png val/a/1.png");
    assertRefused(
        "d: train/ and training/ both hold the same part of the set; leave one of them"
            + CLASSES_ONLY,
        "train/a/1.png training/a/1.png test/a/1.png");
    assertRefused(
        "d: \"test/1.png\" is in a part of the set, but not in a class folder; images of a part are"
            + " test/CLASS/IMAGE",
        "train/a/1.png train/b/1.png test/1.png");
    assertRefused(
        "d: \"train/1.png\" is in a part of the set, but not in a class folder; images of a part are"
            + " train/CLASS/IMAGE",
        "train/1.png test/1.png");
    assertRefused("d: test/ holds no class folders", "train/a/1.png train/b/1.png test/");
    assertRefused(
        "d: the class \"c\" of test_set/ is not in Train/", "Train/a/1.png test_set/c/1.png");
  }

  @Test
  void classesMayBeCalledAsPartsAre() {
    assertTree("train: bus 1, train 1", "bus/1.png train/1.png");
    for (Path path : both("train/a/1.png train/1.png test/a/1.png")) {
      assertEquals(Map.of("train", 2, "test", 1), ImageFolder.of(path).classesOnly().counts());
    }
    for (Path path : both("one/a/1.png two/a/1.png")) {
      assertEquals(Map.of("one", 1, "two", 1), ImageFolder.of(path).classesOnly().counts());
      assertEquals(2, ImageFolder.of(path).classesOnly().read().numClasses());
    }
  }

  @Test
  void onlyFoldersThatAreAlonePassedOver() {
    assertTree("train: cat 1, dog 1", "2750/rgb/cat/1.png 2750/rgb/dog/1.png 2750/readme.txt");
    assertTree("train: only 1", "t/only/1.png");
    assertTree("train: only 1", "only/1.png only/a/2.txt");
    assertRefused(
        "d: top/ is the only folder and holds an image and folders of images: as a class it is the"
            + " only one, as the folder of the classes top/cat/, top/dog/ it may hold no image itself"
            + CLASSES_ONLY,
        "top/cat/1.png top/dog/1.png top/view.png");
    assertRefused(
        "d: the class folder docs/ holds no JPEG or PNG file: it has only docs/a.txt",
        "2750/cat/1.png 2750/dog/1.png docs/a.txt");
  }
}
