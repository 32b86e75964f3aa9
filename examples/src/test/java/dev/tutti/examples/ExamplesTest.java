package dev.tutti.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Parallel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every example runs and prints what it is there to show.
class ExamplesTest {

  @Test
  void tensors() {
    assertEquals(
        """
        x             float32[2, 3] [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        x * 2 + 1     float32[2, 3] [[3.0, 5.0, 7.0], [9.0, 11.0, 13.0]]
        x + row       float32[2, 3] [[11.0, 22.0, 33.0], [14.0, 25.0, 36.0]]
        row sums      float32[2] [6.0, 15.0]
        column means  float32[3] [2.5, 3.5, 4.5]
        best column   int32[2] [2, 2]
        x xT          float32[2, 2] [[14.0, 32.0], [32.0, 77.0]]
        batch shape   [3, 2, 2]
        child 0       float32[3] [-0.0486815, 0.42054093, 1.652923]
        child 0 again float32[3] [-0.0486815, 0.42054093, 1.652923]
        child 1       float32[3] [-0.24439135, 0.20147184, 0.34599763]
        floats        6, the last is 6.0
        sum           21.0
        error         add: cannot broadcast [2, 3] with [2]; did you mean [2, 1]?
        """,
        Printed.by(Example01Tensors::main));
  }

  @Test
  void grad() {
    String printed = Printed.by(Example02Grad::main);
    assertTrue(
        printed.startsWith(
            """
            gradient of x^3       float32[3] [3.0, 12.0, 27.0]
            second derivative     float32[3] [6.0, 12.0, 18.0]
            one factor detached   float32[3] [1.0, 2.0, 3.0]
            """),
        printed);
    double first = number(printed, "step   0   error (.*)");
    double last = number(printed, "step 200   error (.*)");
    assertTrue(last < first / 100, printed);
    // The data is y = 3x + 0.5 with noise of 0.05 at 100 points: a standard error of
    // 0.05 / (0.29 · √100) = 0.02 in the slope and of 0.01 in the offset; five of them.
    assertEquals(3, number(printed, "y = (\\S+) x .*"), 0.1);
    assertEquals(0.5, number(printed, "y = \\S+ x \\+ (.*)"), 0.05);
    assertTrue(printed.contains("gradients per point   [100]\n"), printed);
    // 200 steps of gradient descent end where the mean gradient is rounding of float32.
    assertTrue(number(printed, "their mean +(.*)") < 1e-5, printed);
  }

  @Test
  void vmapEqualsTheLoopWithAnyNumberOfThreads() {
    String expected =
        """
        fc1.weight [10, 784, 128]
        fc1.bias [10, 128]
        fc2.weight [10, 128, 128]
        fc2.bias [10, 128]
        fc3.weight [10, 128, 10]
        fc3.bias [10, 10]
        models made at once, max difference: 0
        predictions [10, 64, 10]
        option 1, own minibatches, max difference: 0
        option 2, one minibatch, max difference: 0
        option 2 on all cores, max difference: 0
        """;
    int threads = Parallel.threads();
    try {
      for (int n : new int[] {1, 3}) {
        Parallel.threads(n);
        assertEquals(expected, Printed.by(Example03Vmap::main));
      }
    } finally {
      Parallel.threads(threads);
    }
  }

  @Test
  void ensemble() {
    String printed = Printed.by(() -> Example04Ensemble.run(1000, 3));
    assertTrue(printed.startsWith("epoch 1/3\nepoch 2/3\nepoch 3/3\n"), printed);
    double members = number(printed, "accuracy +(\\S+) .*");
    double ensemble = number(printed, "accuracy +\\S+ +(.*)");
    assertTrue(members > 0.7, "it learns: a guess would be right once in ten\n" + printed);
    assertTrue(ensemble > members, printed);
    // By Jensen's inequality the mean prediction has no larger NLL and Brier score than its
    // members.
    for (String score : new String[] {"NLL \\(nats\\)", "Brier score"}) {
      double mean = number(printed, score + " +(\\S+) .*");
      double of = number(printed, score + " +\\S+ +(.*)");
      assertTrue(of < mean, printed);
    }
    double known = number(printed, "mutual information: digits (\\S+), .*");
    double unknown = number(printed, "mutual information: .*, non-digits (\\S+);.*");
    assertTrue(unknown > known, printed);
    assertTrue(number(printed, ".*AUROC (.*)") > 0.5, printed);

    String[] pictures = printed.split("a digit:\n|the non-digit on which .*\n");
    assertEquals(4, pictures.length, printed);
    for (int i = 1; i < pictures.length; i++) {
      assertTrue(pictures[i].contains("*"), "a picture has ink\n" + printed);
      assertTrue(pictures[i].contains("members say  "), printed);
    }
    double most = number(pictures[2], " +ensemble says .*, mutual information (.*)");
    double least = number(pictures[3], " +ensemble says .*, mutual information (.*)");
    assertTrue(most > unknown && unknown > least, printed);
  }

  /// The number that the group of `line` matches, a whole line of the text.
  private static double number(String printed, String line) {
    Matcher m = Pattern.compile("^" + line + "$", Pattern.MULTILINE).matcher(printed);
    assertTrue(m.find(), "no line " + line + " in\n" + printed);
    return Double.parseDouble(m.group(1));
  }
}
