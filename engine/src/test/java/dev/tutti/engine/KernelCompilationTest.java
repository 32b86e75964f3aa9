package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/// Both of HotSpot's compilers take every kernel. One that C1 gives up (for want of virtual
/// registers, say) would stay in the interpreter, where a vector is an object, and never reach C2.
class KernelCompilationTest {
  private static final String KERNELS = "dev.tutti.engine.vector.";
  private static final String SKIPPED = "COMPILE SKIPPED";

  /// Time, number, attributes and tier come before the method's name.
  private static final Pattern COMPILED =
      Pattern.compile("\\s*\\d+\\s+\\d+\\s+[%sbn! ]*([1-4])\\s+" + KERNELS + "(\\S+).*");

  /// What both compilers must have seen, or nothing was hot enough to show anything: loops too long
  /// to be inlined elsewhere, and classes of which one method or another is compiled by itself.
  private static final List<String> CENTRAL =
      List.of(
          "Strip1Rows::tile8",
          "Strip1Columns::tile8",
          "Strip2Rows::tile4",
          "Strip2Columns::tile4",
          "WideConvRuns::tile4x2",
          "WideConvStubs::tile4x2",
          "WideConvTaps::tile4x2",
          "WideConvColumns::tile8x1",
          "AveragePools::images",
          "Standardisation::down",
          "Polynomials::log",
          "Gemm",
          "LaneConvSmallSums",
          "LaneConvSums",
          "LaneConvTiles",
          "LaneConvTransposes",
          "LaneConvWeight",
          "MaxPools",
          "Maxima",
          "PoolRows",
          "Rows",
          "Runs",
          "Softmaxes",
          "Steps",
          "StridedCopy",
          "Sums");

  /// Likewise, on machines of 32 vector registers.
  private static final List<String> CENTRAL_OF_32 =
      List.of(
          "Strip2Rows::tile12",
          "Strip2Columns::tile12",
          "Strip3Rows::tile8",
          "Strip3Columns::tile8",
          "WideConvRuns::tile8x2",
          "WideConvStubs::tile8x2",
          "WideConvTaps::tile8x2",
          "WideConvColumns::tile9x2");

  @Test
  void noKernelIsLeftUncompiled() throws IOException, InterruptedException, ExecutionException {
    List<String> flags = new ArrayList<>(HotKernels.FLAGS);
    flags.addAll(List.of("--add-modules", "jdk.incubator.vector", "-XX:+PrintCompilation"));
    List<String> printed = new ArrayList<>();
    try (ExecutorService beside = Executors.newFixedThreadPool(1)) {
      Future<ChildJvm.Result> sums = beside.submit(() -> ChildJvm.run(HotKernels.class, flags));
      ChildJvm.Result others = ChildJvm.run(HotKernels.class, flags, "others");
      for (ChildJvm.Result child : List.of(sums.get(), others)) {
        assertEquals(0, child.exit(), () -> String.join("\n", child.err()));
        printed.addAll(child.out());
      }
    }
    assertEquals(List.of(), skipped(printed));
    List<String> central = new ArrayList<>(CENTRAL);
    if (registers() >= 32) {
      central.addAll(CENTRAL_OF_32);
    }
    for (boolean second : new boolean[] {false, true}) {
      List<String> cold = new ArrayList<>(central);
      cold.removeAll(compiled(printed, second));
      assertEquals(List.of(), cold, "not compiled by " + (second ? "C2" : "C1"));
    }
  }

  @Test
  void whatHotSpotPrintsIsUnderstood() {
    List<String> printed =
        List.of(
            "   1042 1633    b  3       dev.tutti.engine.vector.Sums::runs (203 bytes)",
            "   1044 1640 %  b  4       dev.tutti.engine.vector.Sums::wide @ 12 (203 bytes)",
            "   1046 1641    b  4       java.lang.Math::fma (6 bytes)",
            "   1047 1642    b  4       dev.tutti.engine.vector.Steps::adam (400 bytes)   COMPILE"
                + " SKIPPED: out of nodes (retry at different tier)",
            "   1048 1643       3       java.lang.Math::min (11 bytes)   COMPILE SKIPPED: any reason");
    assertEquals(Set.of("Sums", "Sums::runs"), compiled(printed, false));
    assertEquals(Set.of("Sums", "Sums::wide"), compiled(printed, true));
    assertEquals(List.of(printed.get(3).strip()), skipped(printed));
  }

  /// The classes and methods that C1 or C2 compiled.
  private static Set<String> compiled(List<String> printed, boolean second) {
    Set<String> names = new TreeSet<>();
    for (String line : printed) {
      Matcher m = COMPILED.matcher(line);
      if (m.matches() && m.group(1).equals("4") == second && !line.contains(SKIPPED)) {
        names.add(m.group(2));
        names.add(m.group(2).replaceFirst("::.*", ""));
      }
    }
    return names;
  }

  private static List<String> skipped(List<String> printed) {
    return printed.stream()
        .filter(line -> line.contains(SKIPPED) && line.contains(KERNELS))
        // The compiler tries again when a class was being loaded just then.
        .filter(line -> !line.contains("concurrent class loading"))
        .map(String::strip)
        .toList();
  }

  private static int registers() {
    boolean x86 = System.getProperty("os.arch").matches("amd64|x86_64");
    return x86 && FloatVector.SPECIES_PREFERRED.vectorBitSize() < 512 ? 16 : 32;
  }
}
