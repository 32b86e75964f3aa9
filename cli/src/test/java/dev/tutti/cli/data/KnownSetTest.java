package dev.tutti.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.cli.RealData;
import dev.tutti.cli.data.download.LocalFile;
import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.terminal.UsageError;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownSetTest {
  /// Only if the authors offer nothing else; the SHA-256 shows whether it was tampered with.
  private static final Set<String> PLAIN_HTTP =
      Set.of("fashion-mnist.s3-website.eu-central-1.amazonaws.com", "madm.dfki.de");

  @Test
  void compareCanReadEverySet() {
    Set<String> checksums = new HashSet<>();
    for (KnownSet set : KnownSet.all()) {
      assertTrue(set.kind().inDataDir(), set.name());
      assertTrue(set.train() > 0);
      for (RemoteFile file : set.everyFile().toList()) {
        assertTrue(checksums.add(file.sha256()), file.name() + " has another file's SHA-256");
        for (URI address : file.addresses()) {
          assertTrue(address.getPath().endsWith("/" + file.name()), address.toString());
          boolean plain = PLAIN_HTTP.contains(address.getHost());
          assertEquals(plain ? "http" : "https", address.getScheme(), address.toString());
        }
      }
    }
    assertEquals(List.of("mnist", "fashion-mnist", "cifar10", "eurosat"), KnownSet.names());
  }

  @Test
  void addressesAreAFileOrTheFolderOfSeveral() {
    assertEquals(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        KnownSet.named("mnist").address().toString());
    assertEquals(
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        KnownSet.named("cifar10").address().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:9/sets", "http://127.0.0.1:9/sets/"})
  void aMirrorHasAFolderPerSet(String mirror) {
    KnownSet eurosat = KnownSet.named("eurosat").from(mirror);
    assertEquals(
        List.of(URI.create("http://127.0.0.1:9/sets/eurosat/EuroSAT.zip")),
        eurosat.files().getFirst().addresses());
    assertEquals(
        List.of(URI.create("http://127.0.0.1:9/sets/eurosat/EuroSAT_RGB.zip")),
        eurosat.instead().orElseThrow().addresses());
    assertEquals(
        KnownSet.named("eurosat").files().getFirst().sha256(), eurosat.files().getFirst().sha256());
  }

  @Test
  void unknownNamesGetTheNearest() {
    assertEquals(
        "unknown data set 'cifar-10'; did you mean 'cifar10'?",
        assertThrows(UsageError.class, () -> KnownSet.named("cifar-10")).getMessage());
    assertEquals(
        "unknown data set 'imagenet'; valid: mnist, fashion-mnist, cifar10, eurosat",
        assertThrows(UsageError.class, () -> KnownSet.named("imagenet")).getMessage());
  }

  /// Files that came from the sets' own addresses have these sizes and checksums.
  @ParameterizedTest
  @ValueSource(strings = {"mnist", "fashion-mnist"})
  void realFilesFit(String name) {
    Path folder = RealData.folder(name);
    int seen = 0;
    for (RemoteFile file : KnownSet.named(name).files()) {
      if (Files.exists(folder.resolve(file.name()))) {
        assertEquals(
            LocalFile.State.WHOLE,
            LocalFile.look(file, folder, true).state(),
            () -> folder + "/" + file.name());
        seen++;
      }
    }
    assumeTrue(seen > 0, "no file of " + name + " in " + folder);
  }

  @Test
  void remoteFilesAreChecked() {
    List<URI> address = List.of(URI.create("http://127.0.0.1/a"));
    String sha256 = "a".repeat(64);
    for (String name : List.of("../a", "a/b", "", ".a", "a\\b")) {
      assertThrows(
          IllegalArgumentException.class, () -> new RemoteFile(name, 1, sha256, address), name);
    }
    assertThrows(
        IllegalArgumentException.class, () -> new RemoteFile("a", 1, "A".repeat(64), address));
    assertThrows(IllegalArgumentException.class, () -> new RemoteFile("a", 0, sha256, address));
    assertThrows(IllegalArgumentException.class, () -> new RemoteFile("a", 1, sha256, List.of()));
    assertFalse(new RemoteFile("a", 1, sha256, address).addresses().isEmpty());
  }
}
