package dev.tutti.cli;

import dev.tutti.cli.download.RemoteFile;
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
            file(
                "train-images-idx3-ubyte.gz",
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                folders),
            file(
                "train-labels-idx1-ubyte.gz",
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                folders),
            file(
                "t10k-images-idx3-ubyte.gz",
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                folders),
            file(
                "t10k-labels-idx1-ubyte.gz",
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
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
            file(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                folders),
            file(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                folders),
            file(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                folders),
            file(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
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
