package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Neither the compiler nor the vector width changes a bit.
class OpTierTest {
  /// Elements to compute: with calls and loops, enough for a kernel to pass from the interpreter to
  /// C2.
  private static final int ELEMENTS = 200_000;

  static Collection<OpCase> sample() {
    return OpTiers.sample();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sample")
  void bitsStayWhileTheKernelGetsCompiled(OpCase c) {
    List<Tensor> first = OpTiers.results(c);
    List<Tensor> last = first;
    long calls = Math.clamp(ELEMENTS / OpTiers.size(c), 300, 3000);
    for (int i = 0; i < calls; i++) {
      last = OpTiers.results(c);
    }
    for (int i = 0; i < first.size(); i++) {
      Expect.sameBits("result " + i, first.get(i), last.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dtutti.backend=reference",
        "-Dtutti.backend=reference -Xint",
        "-Dtutti.backend=reference -XX:TieredStopAtLevel=1",
        "-Dtutti.backend=reference -XX:UseAVX=1",
        "-Dtutti.backend=vector -Xint",
        "-Dtutti.backend=vector -XX:TieredStopAtLevel=1",
        "-Dtutti.backend=vector -XX:UseAVX=1",
        "-XX:UseAVX=2",
        "-Dtutti.vectorBits=0",
        "-Dtutti.vectorBits=128",
        "-Dtutti.vectorBits=256",
        "-Dtutti.backend=vector -Dtutti.vectorBits=512",
        "-Dtutti.threads=1",
        "-Dtutti.threads=7"
      })
  void otherJvmsGiveTheSameBits(String flags) throws IOException, InterruptedException {
    String expected =
        OpTiers.sample().stream().map(OpTiers::line).collect(Collectors.joining("\n"));
    ChildJvm.Result child =
        ChildJvm.run(
            OpTiers.class,
            Stream.concat(
                    Stream.of("--add-modules", "jdk.incubator.vector"),
                    Arrays.stream(flags.split(" ")))
                .toList());
    assertEquals(0, child.exit(), () -> String.join("\n", child.err()));
    assertEquals(expected, String.join("\n", child.out()));
  }

  /// Two children at a time: what they do is compiling, each on one core.
  @Test
  void compiledKernelsGiveTheSameBitsAtEveryWidth() {
    List<String> flags =
        List.of(
            "-Dtutti.vectorBits=0",
            "-Dtutti.vectorBits=128",
            "-Dtutti.vectorBits=256",
            "-Dtutti.vectorBits=512",
            "-XX:UseAVX=2");
    Map<String, Future<ChildJvm.Result>> children = new LinkedHashMap<>();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      for (String flag : flags) {
        List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector", flag));
        all.addAll(HotKernels.FLAGS);
        children.put(flag, two.submit(() -> ChildJvm.run(HotKernels.class, all)));
      }
    }
    String expected = String.join("\n", HotKernels.lines());
    children.forEach((flag, future) -> {
      ChildJvm.Result child = future.resultNow();
      assertEquals(0, child.exit(), () -> flag + "\n" + String.join("\n", child.err()));
      assertEquals(expected, String.join("\n", child.out()), flag);
    });
  }
}
