package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataFolder;
import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.data.FolderLines;
import dev.tutti.cli.data.ImageChannels;
import dev.tutti.cli.data.Normalisation;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Shape;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.data.read.Cifar;
import dev.tutti.nn.data.read.Csv;
import dev.tutti.nn.data.read.CsvTable;
import dev.tutti.nn.data.read.Idx;
import dev.tutti.nn.data.read.ImageFolder;
import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// The data of a comparison.
///
/// @param train what every method trains on
/// @param validation what the epochs are judged by, if requested
/// @param test what it is tested on
/// @param ood out-of-distribution examples of the test examples' shape, if requested
/// @param normalisation what is done to the values of all three
/// @param notes what the user should know about the files, a line each
record Examples(
    Dataset train,
    Optional<Dataset> validation,
    Dataset test,
    Optional<Dataset> ood,
    Normalisation normalisation,
    List<String> notes) {

  /// Reads or draws the data.
  ///
  /// @throws DataError if a file is missing or damaged, or the sets do not fit each other
  static Examples load(Settings settings) {
    return withinMemory(settings.data().source(), () -> read(settings));
  }

  /// What `reading` gives. Nothing is trained yet, so smaller networks would need no less memory.
  static Examples withinMemory(DataSource data, Supplier<Examples> reading) {
    try {
      return reading.get();
    } catch (OutOfMemoryError e) {
      throw new DataError(
          "%s: needs more memory than the %d MB that the JVM may use; raise that with -Xmx"
              .formatted(data, Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static Examples read(Settings settings) {
    Optional<CsvTable> table = table(settings.data().source());
    if (table.isPresent() && table.get().data().isRegression()) {
      throw new UsageError(
          "--data %s: compare trains classifiers; the option target goes with code"
              .formatted(settings.data().source()));
    }
    Dataset.Split parts = parts(settings, table);
    Dataset all = limited(parts.train(), Optional.ofNullable(settings.data().limit));
    Optional<Dataset.Split> judged =
        Optional.ofNullable(settings.training().validation)
            .map(part -> all.split(part, settings.seeds().data(Seeds.Data.VALIDATION)));
    Dataset train = judged.map(Dataset.Split::train).orElse(all);
    judged.ifPresent(split -> requirePart(settings, split, all.size()));
    Dataset test = limited(parts.test(), Optional.ofNullable(settings.data().testLimit));
    if (train.size() == 0 || test.size() == 0 || train.numClasses() < 2) {
      throw new DataError(
          "%s: %d training and %d test examples of %d classes; 1 and 1 of 2 classes are the least"
              .formatted(settings.data().source(), train.size(), test.size(), train.numClasses()));
    }
    Optional<CsvTable> oodTable = settings.data().other().flatMap(Examples::table);
    Optional<Dataset> ood = settings.data().other().map(set -> ood(set, settings, test, oodTable));
    List<String> notes = new ArrayList<>();
    if (settings.data().source().isFolder()) {
      notes.add(FolderLines.classes(train.classes()));
    }
    notes.addAll(leftOut(settings, settings.data().source()));
    settings
        .data()
        .other()
        .ifPresent(set ->
            leftOut(settings, set).forEach(line -> notes.add("out of distribution: " + line)));
    table.ifPresent(read -> noteDropped(settings.data().source(), read, notes));
    oodTable.ifPresent(read -> {
      requireColumns(settings, table.orElseThrow(), read);
      noteDropped(settings.data().other().orElseThrow(), read, notes);
    });
    return new Examples(
        train,
        judged.map(Dataset.Split::test),
        test,
        ood,
        Normalisation.of(settings.data().source().kind(), train),
        List.copyOf(notes));
  }

  /// Every class gives one example at least, so that a small part can become a larger one.
  private static void requirePart(Settings settings, Dataset.Split split, int size) {
    double asked = settings.training().validation;
    int kept = split.test().size();
    if (kept - asked * size > split.test().numClasses() / 2.0) {
      throw new DataError(
          "%s: --validation %s of %d examples would be one of each class, %d in all; ask for %.3f"
              .formatted(settings.data().source(), asked, size, kept, 1.0 * kept / size));
    }
  }

  private static Optional<CsvTable> table(DataSource source) {
    return source.isTable() ? Optional.of(Csv.table(source.path())) : Optional.empty();
  }

  private static void noteDropped(DataSource source, CsvTable table, List<String> notes) {
    if (table.dropped() > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d rows left out, a value is missing",
              source,
              table.dropped(),
              table.dropped() + table.data().size()));
    }
  }

  /// Rows with the same number of columns would be accepted, whatever the columns hold.
  private static void requireColumns(Settings settings, CsvTable data, CsvTable ood) {
    for (int c = 0; c < data.columns().size(); c++) {
      if (!data.columns().get(c).equals(ood.columns().get(c))) {
        throw new DataError(
            "--ood %s: its column %d is %s, that of %s is %s; choose a table of the same columns"
                .formatted(
                    settings.data().other().orElseThrow(),
                    c + 1,
                    DataError.quoted(ood.columns().get(c)),
                    settings.data().source(),
                    DataError.quoted(data.columns().get(c))));
      }
    }
  }

  /// What is left out of a set of folders.
  private static List<String> leftOut(Settings settings, DataSource source) {
    return source.isFolder() ? FolderLines.of(images(settings, source).leftOut()) : List.of();
  }

  private static Dataset limited(Dataset set, Optional<Integer> limit) {
    return limit.map(set::take).orElse(set);
  }

  private static Dataset.Split parts(Settings settings, Optional<CsvTable> table) {
    DataSource source = settings.data().source();
    long split = settings.seeds().data(Seeds.Data.SPLIT);
    return switch (source.kind()) {
      case GLYPHS, NON_DIGITS ->
          new Dataset.Split(
              Glyphs.digits(
                  Optional.ofNullable(settings.data().limit).orElse(DataOptions.GLYPHS_TRAIN),
                  settings.seeds().data(Seeds.Data.TRAIN)),
              Glyphs.digits(
                  Optional.ofNullable(settings.data().testLimit).orElse(DataOptions.GLYPHS_TEST),
                  settings.seeds().data(Seeds.Data.TEST)));
      case MNIST, FASHION_MNIST -> Idx.folder(place(settings, source), source.kind().label);
      case CIFAR10 -> Cifar.read(place(settings, source));
      case EUROSAT, FOLDER ->
          images(settings, source)
              .limit(imagesNeeded(settings))
              .split(DataOptions.TEST_FRACTION, split);
      case CSV -> table.orElseThrow().data().split(DataOptions.TEST_FRACTION, split);
    };
  }

  /// How many images to read of a set that is split afterwards, so that both limits can be met.
  private static int imagesNeeded(Settings settings) {
    if (Optional.ofNullable(settings.data().limit).isEmpty()) {
      return Integer.MAX_VALUE;
    }
    double train =
        Optional.ofNullable(settings.data().limit).get() / (1 - DataOptions.TEST_FRACTION);
    double test =
        Optional.ofNullable(settings.data().testLimit).orElse(0) / DataOptions.TEST_FRACTION;
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(Math.max(train, test)));
  }

  /// The images of a set of folders, of the requested size.
  private static ImageFolder images(Settings settings, DataSource source) {
    ImageFolder folder = ImageFolder.of(place(settings, source));
    ImageFolder images = source.classesOnly() ? folder.classesOnly() : folder;
    return settings
        .data()
        .imageSize()
        .map(size -> images.size(size.height(), size.width()))
        .orElse(images);
  }

  private static Path place(Settings settings, DataSource source) {
    return source.kind() == DataSource.Kind.FOLDER
        ? source.folder()
        : DataFolder.find(settings.data().folder(), source.kind());
  }

  /// As many out-of-distribution examples as there are test examples, if the set has them.
  private static Dataset ood(
      DataSource source, Settings settings, Dataset test, Optional<CsvTable> table) {
    int most = test.size();
    Dataset all =
        switch (source.kind()) {
          case NON_DIGITS -> Glyphs.nonDigits(most, settings.seeds().data(Seeds.Data.OOD));
          case GLYPHS -> Glyphs.digits(most, settings.seeds().data(Seeds.Data.OOD));
          case MNIST, FASHION_MNIST ->
              Idx.testPart(oodPlace(settings, source), source.kind().label);
          case CIFAR10 -> Cifar.read(oodPlace(settings, source)).test();
          case EUROSAT, FOLDER -> {
            oodPlace(settings, source);
            yield images(settings, source).limit(most).read();
          }
          case CSV -> table.orElseThrow().data();
        };
    if (all.size() == 0) {
      throw new DataError(source + ": holds no examples");
    }
    return ImageChannels.fitted(
        source.toString(),
        all.take(most),
        source.isFolder(),
        settings.data().source().toString(),
        test);
  }

  /// The place of the out-of-distribution set, which must differ from that of the data.
  private static Path oodPlace(Settings settings, DataSource source) {
    Path place = place(settings, source);
    DataSource data = settings.data().source();
    boolean both = data.kind().inDataDir() && source.kind().inDataDir();
    if (both && place.equals(place(settings, data))) {
      throw new DataError(
          "%s: %s and %s would both be read from it; put each in the folder of its name"
              .formatted(place, data, source));
    }
    return place;
  }

  /// {@return the shape of one example}
  Shape shape() {
    return Shape.of(train.shape());
  }

  /// {@return the name of the examples}
  String called() {
    return train.shape().length == 3 ? "images" : "rows";
  }

  /// {@return `28×28`, `64×64×3` or `13 columns`}
  String shapeInWords(String times) {
    int[] shape = train.shape();
    if (shape.length == 1) {
      return shape[0] == 1 ? "1 column" : shape[0] + " columns";
    }
    int[] shown = shape[2] == 1 ? Arrays.copyOf(shape, 2) : shape;
    return String.join(times, Arrays.stream(shown).mapToObj(String::valueOf).toList());
  }
}
