package dev.tutti.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
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
  void otherJvmsGiveTheSameBits(String flags)
      throws IOException, InterruptedException, URISyntaxException {
    String expected =
        OpTiers.sample().stream().map(OpTiers::line).collect(Collectors.joining("\n"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Not every processor knows every flag.
    command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseSerialGC"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of(flags.split(" ")));
    command.addAll(
        List.of("-cp", folder(Tensor.class) + File.pathSeparator + folder(OpTiers.class)));
    command.add(OpTiers.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD); // the JVM warns of incubator modules
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), printed);
    assertEquals(expected, printed.lines().collect(Collectors.joining("\n")));
  }

  /// The folder that a class was loaded from, whether on the class path or patched into a module.
  private static Path folder(Class<?> type) throws URISyntaxException {
    String file = type.getName().replace('.', '/') + ".class";
    Path path = Path.of(type.getResource("/" + file).toURI());
    for (String ignored : Arrays.asList(file.split("/"))) {
      path = path.getParent();
    }
    return path;
  }
}
