package dev.tutti.ensembles.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.ensembles.metrics.OutOfDistribution.Criterion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A report by [Compat#TORCH_UNCERTAINTY_0_13] against what that release gave; the script that
/// recorded it, `torch_uncertainty_0_13.py`, is next to the file and draws by the same formula.
class TorchUncertaintyTest {
  private static final int UNITS = 65536;
  private static final int CERTAIN = 7;

  static List<Map<String, Double>> sets() throws IOException {
    try (var in = TorchUncertaintyTest.class.getResourceAsStream("torch_uncertainty_0_13.csv");
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String[] names = lines.readLine().split(",");
      List<Map<String, Double>> sets = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",");
        Map<String, Double> set = new HashMap<>();
        for (int i = 0; i < cells.length; i++) {
          set.put(names[i], number(cells[i]));
        }
        sets.add(set);
      }
      return sets;
    }
  }

  private static double number(String cell) {
    return switch (cell) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(cell);
    };
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theNumbersOfTheRelease(Map<String, Double> recorded) {
    Case x = Case.of(recorded.get("set").intValue());
    Compat compat = Compat.TORCH_UNCERTAINTY_0_13;
    Report report = Report.of(x.id, x.labels, x.foreign, Criterion.MSP, compat);
    Map<String, Double> ours = report.byName();
    ours.put("ood_entropy", OutOfDistribution.entropy(x.id, x.foreign, compat));
    recorded.forEach((name, expected) -> {
      if (!name.equals("set")) {
        assertEquals(expected, ours.get(name), 2e-6, name);
      }
    });
  }

  /// The sets are such that the definitions, and the rules of the older release, give other
  /// numbers.
  @Test
  void theRecordedSetsTellTheRulesApart() throws IOException {
    assertTrue(differ("ece", Compat.NONE) > 0);
    for (String name : List.of("fpr95", "cov_at_5_risk")) {
      assertTrue(differ(name, Compat.TORCH_UNCERTAINTY_0_11) > 0, name);
    }
  }

  private static int differ(String name, Compat compat) throws IOException {
    int differ = 0;
    for (Map<String, Double> recorded : sets()) {
      Case x = Case.of(recorded.get("set").intValue());
      double ours = Report.of(x.id, x.labels, x.foreign, Criterion.MSP, compat).byName().get(name);
      differ += Math.abs(ours - recorded.get(name)) <= 2e-6 ? 0 : 1;
    }
    return differ;
  }

  private record Case(Predictions id, int[] labels, Predictions foreign) {
    static Case of(int set) {
      Draw draw = new Draw(set);
      int members = 2 + 2 * draw.below(2);
      int classes = 2 + draw.below(4);
      int samples = 20 + draw.below(60);
      Predictions id = predictions(draw, members, samples, classes, 2);
      Predictions foreign = predictions(draw, members, 20 + draw.below(60), classes, 1);
      int errors = 4 + draw.below(30);
      int[] labels = id.predictedClasses();
      for (int b = 0; b < samples; b++) {
        if (draw.below(b == CERTAIN ? 2 : errors) == 0) {
          labels[b] = (labels[b] + 1) % classes;
        }
      }
      return new Case(id, labels, foreign);
    }

    private static Predictions predictions(
        Draw draw, int members, int samples, int classes, int lean) {
      int[][][] units = new int[members][samples][classes];
      for (int b = 0; b < samples; b++) {
        int favourite = draw.below(classes);
        for (int m = 0; m < members; m++) {
          boolean certain = lean == 2 && b == CERTAIN;
          int own = certain ? UNITS : draw.below(UNITS * lean / 3);
          units[m][b][favourite] += own;
          int rest = UNITS - own;
          for (int c = 0; c < classes; c++) {
            int part = c == classes - 1 ? rest : draw.below(rest + 1);
            units[m][b][c] += part;
            rest -= part;
          }
        }
      }
      float[][][] p = new float[members][samples][classes];
      for (int m = 0; m < members; m++) {
        for (int b = 0; b < samples; b++) {
          for (int c = 0; c < classes; c++) {
            p[m][b][c] = units[m][b][c] / (float) UNITS;
          }
        }
      }
      return Predictions.of(p);
    }
  }

  /// A linear congruential generator; its upper 31 bits, modulo n.
  private static final class Draw {
    private long state;

    Draw(long seed) {
      state = seed;
    }

    int below(int n) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (int) ((state >>> 33) % n);
    }
  }
}
