package dev.tutti.cli.data;

import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.data.download.RemoteFile.Content;
import dev.tutti.cli.terminal.UsageError;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A public data set that `tutti data` supports: what it is and where its own files come from.
///
/// The sizes and SHA-256 are those that TensorFlow Datasets' checksum lists and other projects
/// publish for these files; nothing else is accepted, wherever it comes from.
///
/// @param what what its examples show
/// @param train how many to train on
/// @param test how many to test on; 0 if the set has no such part
/// @param licence the terms that its authors name
/// @param page the page that describes it
/// @param files its files, all of which are needed
/// @param instead a file to use instead if those cannot be downloaded
record KnownSet(
    DataSource.Kind kind,
    String what,
    int train,
    int test,
    String licence,
    URI page,
    List<RemoteFile> files,
    Optional<RemoteFile> instead) {

  private static final List<KnownSet> ALL = List.of(mnist(), fashionMnist(), cifar10(), eurosat());

  /// {@return all sets, in the order in which they are listed}
  static List<KnownSet> all() {
    return ALL;
  }

  /// {@return the set of a name}
  static KnownSet named(String name) {
    return ALL.stream()
        .filter(set -> set.name().equals(name))
        .findFirst()
        .orElseThrow(() -> UsageError.unknown("data set", name, names()));
  }

  /// {@return the names of all sets}
  static List<String> names() {
    return ALL.stream().map(KnownSet::name).toList();
  }

  String name() {
    return kind.label;
  }

  /// {@return the size of all files}
  long bytes() {
    return files.stream().mapToLong(RemoteFile::bytes).sum();
  }

  /// {@return the first address of its only file, or the folder of its files}
  URI address() {
    URI first = files.getFirst().addresses().getFirst();
    return files.size() == 1 ? first : first.resolve(".");
  }

  /// The original page no longer answers.
  private static KnownSet mnist() {
    List<String> folders =
        List.of(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/");
    return new KnownSet(
        DataSource.Kind.MNIST,
        "handwritten digits, 28x28, grey",
        60_000,
        10_000,
        "CC BY-SA 3.0",
        URI.create("http://yann.lecun.com/exdb/mnist/"),
        List.of(
            packed(
                "train-images-idx3-ubyte.gz",
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                new Content(
                    47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                folders),
            packed(
                "train-labels-idx1-ubyte.gz",
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                new Content(
                    60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                folders),
            packed(
                "t10k-images-idx3-ubyte.gz",
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                new Content(
                    7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                folders),
            packed(
                "t10k-labels-idx1-ubyte.gz",
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                new Content(
                    10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
                folders)),
        Optional.empty());
  }

  private static KnownSet fashionMnist() {
    List<String> folders =
        List.of(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/");
    return new KnownSet(
        DataSource.Kind.FASHION_MNIST,
        "pieces of clothing, 28x28, grey",
        60_000,
        10_000,
        "MIT",
        URI.create("https://github.com/zalandoresearch/fashion-mnist"),
        List.of(
            packed(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                new Content(
                    47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                folders),
            packed(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                new Content(
                    60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                folders),
            packed(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                new Content(
                    7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                folders),
            packed(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                new Content(
                    10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
                folders)),
        Optional.empty());
  }

  private static KnownSet cifar10() {
    return new KnownSet(
        DataSource.Kind.CIFAR10,
        "photographs of ten kinds, 32x32, colour",
        50_000,
        10_000,
        "not stated",
        URI.create("https://www.cs.toronto.edu/~kriz/cifar.html"),
        List.of(
            file(
                "cifar-10-binary.tar.gz",
                170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                List.of(
                    "https://www.cs.toronto.edu/~kriz/",
                    "https://cave.cs.toronto.edu/kriz/",
                    "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"))),
        Optional.empty());
  }

  /// The authors' server has an expired certificate, hence `http`, and the copy that torchvision
  /// takes, made with the authors' consent, comes first. Zenodo has their second edition.
  private static KnownSet eurosat() {
    return new KnownSet(
        DataSource.Kind.EUROSAT,
        "satellite images of land use, 64x64, colour",
        27_000,
        0,
        "MIT",
        URI.create("https://github.com/phelber/EuroSAT"),
        List.of(
            file(
                "EuroSAT.zip",
                94_280_567,
                "8ebea626349354c5328b142b96d0430e647051f26efc2dc974c843f25ecf70bd",
                List.of(
                    "https://huggingface.co/datasets/torchgeo/eurosat/resolve/"
                        + "c877bcd43f099cd0196738f714544e355477f3fd/",
                    "http://madm.dfki.de/files/sentinel/"))),
        Optional.of(
            file(
                "EuroSAT_RGB.zip",
                94_658_721,
                "b4f5b234ecb7d7ff9c6cddb046543b4717c53fd6e9815be6c0e80cc614f51b90",
                List.of("https://zenodo.org/records/7711810/files/"))));
  }

  private static RemoteFile packed(
      String name, long bytes, String sha256, Content content, List<String> folders) {
    RemoteFile file = file(name, bytes, sha256, folders);
    return new RemoteFile(name, bytes, sha256, Optional.of(content), file.addresses());
  }

  private static RemoteFile file(String name, long bytes, String sha256, List<String> folders) {
    List<URI> addresses = folders.stream().map(folder -> URI.create(folder + name)).toList();
    return new RemoteFile(name, bytes, sha256, addresses);
  }

  /// {@return the same set, all of it from the folder of its name at one other address}
  KnownSet from(String mirror) {
    String folder = mirror + (mirror.endsWith("/") ? "" : "/") + name() + "/";
    return new KnownSet(
        kind,
        what,
        train,
        test,
        licence,
        page,
        files.stream().map(file -> file.from(URI.create(folder + file.name()))).toList(),
        instead.map(file -> file.from(URI.create(folder + file.name()))));
  }

  /// {@return all files, the replacement last}
  Stream<RemoteFile> everyFile() {
    return Stream.concat(files.stream(), instead.stream());
  }
}
