package dev.tutti.ensembles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.LeNet;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Fifty threads that predict at once in a heap that has no room for fifty predictions.
class ManyThreadsTest {
  private static final int THREADS = 50;

  @ParameterizedTest
  @CsvSource({"network, 256", "ensemble, 128"})
  @Timeout(300)
  void allGetTheirPrediction(String model, int batch) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseG1GC", "--add-modules=jdk.incubator.vector"));
    String folders =
        Stream.of(Tensor.class, Layer.class, DeepEnsemble.class, ManyThreadsTest.class)
            .map(ClassFolder::of)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    command.addAll(List.of("-cp", folders, Child.class.getName(), model, "" + batch));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> out =
        new String(process.getInputStream().readAllBytes(), UTF_8)
            .lines()
            .filter(line -> !line.startsWith("WARNING"))
            .toList();
    assertEquals(List.of(THREADS + " right"), out);
    assertEquals(0, process.waitFor());
  }

  /// The child: every thread's prediction is compared with that of the main thread.
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws InterruptedException {
      Shape image = Shape.of(28, 28, 1);
      Tensor x = Key.of(2).normal(Integer.parseInt(args[1]), 28, 28, 1);
      Layer one = LeNet.init(Key.of(1), image, 10);
      DeepEnsemble four = DeepEnsemble.init(Key.of(1), 4, k -> LeNet.init(k, image, 10));
      Supplier<Tensor> predict =
          args[0].equals("network") ? () -> one.apply(x) : () -> four.logits(x);
      float[] expected = predict.get().toFloats();
      CountDownLatch start = new CountDownLatch(1);
      String[] results = new String[THREADS];
      Thread[] threads = new Thread[THREADS];
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads[i] =
            new Thread(() -> {
              try {
                start.await();
                boolean right = Arrays.equals(expected, predict.get().toFloats());
                results[number] = right ? "right" : "wrong";
              } catch (Throwable e) {
                results[number] = e.toString();
              }
            });
        threads[i].start();
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      Arrays.stream(results)
          .collect(Collectors.groupingBy(r -> r, Collectors.counting()))
          .forEach((result, count) -> System.out.println(count + " " + result));
    }
  }
}
