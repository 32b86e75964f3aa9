package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which backend a JVM gets on the class path, what it says about it, and that its results are the
/// same.
class BackendChoiceTest {
  private static final String MODULE = "--add-modules jdk.incubator.vector ";

  @Test
  void withoutTheModuleOneLineNamesTheFlag() throws IOException, InterruptedException {
    check(
        "reference",
        "",
        "WARNING: reference backend: plain Java loops, since the module jdk.incubator.vector is"
            + " absent; start Java with --add-modules jdk.incubator.vector");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-Dtutti.backend=vector", "-Dtutti.vectorBits=128"})
  void withTheModuleVectorsNeedNoWord(String flag) throws IOException, InterruptedException {
    check("vector", MODULE + flag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dtutti.backend=reference",
        "-Dtutti.vectorBits=0",
        MODULE + "-Dtutti.backend=reference",
        MODULE + "-Dtutti.backend=REFERENCE",
        MODULE + "-Dtutti.vectorBits=0"
      })
  void whoAsksForTheReferenceBackendIsNotWarned(String flags)
      throws IOException, InterruptedException {
    check("reference", flags);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-Xint | the C2 compiler is off (-Xint)",
        "-XX:TieredStopAtLevel=1 | the C2 compiler is off (-XX:TieredStopAtLevel=1)",
        "-XX:TieredStopAtLevel=3 | the C2 compiler is off (-XX:TieredStopAtLevel=3)",
        "-XX:-UseFMA | this machine or JVM has no fma instruction",
        "-Dtutti.vectorBits=77 | the vector backend does not start: -Dtutti.vectorBits=77; use 0, 128, 256 or 512",
        "-Dtutti.backend=vektor | -Dtutti.backend=vektor is not a backend; use reference or vector",
      })
  void whatIsInTheWayIsSaidOnce(String flag, String why) throws IOException, InterruptedException {
    check("reference", MODULE + flag, "WARNING: reference backend: plain Java loops, since " + why);
  }

  @Test
  void threadsAreAsAsked() throws IOException, InterruptedException {
    assertEquals("3", check("reference", "-Dtutti.backend=reference -Dtutti.threads=3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "0", "32768", ""})
  void threadsThatAreNoNumberOfThreadsAreNotTaken(String asked)
      throws IOException, InterruptedException {
    assertEquals(
        "2",
        check(
            "reference",
            "-XX:ActiveProcessorCount=2 -Dtutti.backend=reference -Dtutti.threads=" + asked,
            "WARNING: -Dtutti.threads="
                + asked
                + " is not a number of threads; use 1 to 32767; this run takes the number of"
                + " processors, 2"));
  }

  /// Runs a child and returns its number of threads.
  private static String check(String backend, String flags, String... records)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.addAll(Arrays.stream(flags.strip().split(" +")).filter(f -> !f.isEmpty()).toList());
    ChildJvm.Result child = ChildJvm.run(BackendProbe.class, all);
    assertEquals(List.of(), child.otherErrors());
    assertEquals(0, child.exit());
    assertEquals(List.of(records), child.records());
    assertEquals(3, child.out().size(), () -> "" + child.out());
    assertEquals(backend, child.out().get(0));
    assertEquals(BackendProbe.bits(), child.out().get(2));
    return child.out().get(1);
  }
}
