package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import dev.tutti.engine.Backend;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whole runs on few drawn digits.
class CompareTest {
  private static final List<String> METRICS =
      List.of(
          "accuracy",
          "nll",
          "brier",
          "ece",
          "aece",
          "auroc",
          "aupr",
          "fpr95",
          "aurc",
          "augrc",
          "cov_at_5_risk",
          "risk_at_80_cov",
          "entropy",
          "expected_entropy",
          "mutual_information",
          "disagreement");

  private static final String SMALL =
      "--limit 96 --test-limit 40 --epochs 1 --batch 32 --model mlp --members 3";

  @TempDir Path folder;

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.threads(threads);
  }

  private static Outcome compare(String options, String... more) {
    List<String> args = new ArrayList<>(List.of("compare"));
    args.addAll(List.of(options.split(" ")));
    args.addAll(List.of(more));
    Outcome outcome = Cli.run(args.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    return outcome;
  }

  /// Lines that were broken to fit a terminal, in one.
  private static String unwrapped(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private static JsonNode json(Path file) {
    return JsonMapper.shared().readTree(file.toFile());
  }

  private JsonNode run(String options) {
    Path file = folder.resolve("run" + options.hashCode() + ".json");
    compare("--quiet " + options, "--json", file.toString());
    return json(file);
  }

  /// A method's metrics and members, without its seconds.
  private static String figures(JsonNode run, String method) {
    for (JsonNode entry : run.get("methods")) {
      if (entry.get("name").asString().equals(method)) {
        return entry.get("metrics") + " " + entry.get("member_accuracy");
      }
    }
    throw new AssertionError(method + " is not in " + run);
  }

  private static List<String> keys(JsonNode node) {
    return new ArrayList<>(node.propertyNames());
  }

  @Test
  void allMethodsOfLeNetFromTheDrawnDigitsToTheFiles() throws IOException {
    Path json = folder.resolve("results.json");
    Path out = folder.resolve("new/run");
    Outcome outcome =
        compare(
            "--limit 200 --test-limit 60 --epochs 1 --batch 50 --optimizer sgd --lr 0.1 --schedule"
                + " constant --members 4 --alpha 2",
            "--json",
            json.toString(),
            "--out",
            out.toString());

    JsonNode run = json(json);
    assertEquals(
        List.of("data", "seed", "ood", "backend", "peak_memory_bytes", "methods"), keys(run));
    assertEquals("glyphs", run.get("data").asString());
    assertEquals(42, run.get("seed").asInt());
    assertEquals("non-digits", run.get("ood").asString());
    assertEquals(Backend.active().name(), run.get("backend").asString());
    assertTrue(run.get("peak_memory_bytes").asLong() > 1 << 20);

    int[] members = {1, 4, 4, 4};
    // The BatchEnsemble has 703 factors and 236 biases a member.
    int[] params = {44_426, 4 * 44_426, 45_672, 44_426 - 236 + 4 * (703 + 236)};
    int[] flops = {563_280, 4 * 563_280, 737_760, 4 * 563_280};
    List<String> names = List.of("single", "deep", "packed", "batch");
    assertEquals(4, run.get("methods").size());
    for (int i = 0; i < 4; i++) {
      JsonNode method = run.get("methods").get(i);
      assertEquals(
          List.of(
              "name",
              "members",
              "model",
              "params",
              "flops_per_image",
              "train_seconds",
              "member_accuracy",
              "member_nll",
              "member_auroc",
              "metrics",
              "ood_metrics"),
          keys(method));
      assertEquals(names.get(i), method.get("name").asString());
      assertEquals("lenet", method.get("model").asString());
      assertEquals(members[i], method.get("members").asInt());
      assertEquals(params[i], method.get("params").asInt());
      assertEquals(flops[i], method.get("flops_per_image").asInt());
      assertEquals(members[i], method.get("member_accuracy").size());
      assertEquals(METRICS, keys(method.get("metrics")));
      double accuracy = method.get("metrics").get("accuracy").asDouble();
      assertTrue(accuracy >= 0 && accuracy <= 1);
      for (String key : List.of("member_nll", "member_auroc")) {
        assertEquals(members[i], method.get(key).size(), key);
      }
      assertEquals(i == 0, method.get("metrics").get("disagreement").isNull());
      assertEquals(i == 0, method.get("ood_metrics").get("disagreement").isNull());
      assertTrue(method.get("metrics").get("auroc").isNumber());
    }

    for (String title :
        List.of("glyphs: 60 test images", "Out-of-distribution detection: non-digits", "Cost")) {
      assertTrue(outcome.out().contains(title + "\n"), outcome.out());
    }
    // A row per method and table, and nothing wider than a narrow terminal.
    assertEquals(6, outcome.out().lines().filter(line -> line.startsWith("│ packed")).count());
    assertTrue(outcome.out().lines().allMatch(line -> line.length() <= 80), outcome.out());
    assertFalse(outcome.out().contains("\u001b"), "escape sequences in a pipe");
    assertEquals(
        List.of(
            "glyphs: 200 images of 28×28 to train on, 60 to test; out of distribution: 60 of",
            "non-digits",
            "lenet (single, deep, packed, batch), members: 4; sgd, lr 0.1 (constant), batches",
            "of 50, 1 epoch; seed 42"),
        outcome.err().lines().limit(4).toList());
    assertTrue(outcome.out().contains("Against the mean of its 4 members, the deep ensemble "));

    for (String name : names) {
      assertTrue(Files.isRegularFile(out.resolve(name + ".safetensors")), name);
    }
    JsonNode repeat = json(out.resolve("run.json"));
    assertEquals(0, repeat.get("unfinished").size());
    assertEquals("mean_over_members", repeat.get("methods").get(3).get("loss").asString());
    assertEquals("sum_over_members", repeat.get("methods").get(2).get("loss").asString());
    assertEquals(2.0, repeat.get("methods").get(2).get("alpha").asDouble());
    assertEquals(64, repeat.get("data").get("train").get("sha256").asString().length());
    assertEquals(200, repeat.get("data").get("train").get("examples").asInt());

    assertSingleIsTheDeepEnsemblesFirst(out);
  }

  /// The single network's weights are those of the deep ensemble's member 0, bit for bit.
  private static void assertSingleIsTheDeepEnsemblesFirst(Path out) {
    SafeTensors single = SafeTensors.read(out.resolve("single.safetensors"));
    SafeTensors deep = SafeTensors.read(out.resolve("deep.safetensors"));
    assertEquals(
        Map.of("format", "pt", "method", "deep", "model", "lenet", "members", "4"),
        deep.metadata());
    assertEquals(deep.tensors().keySet(), single.tensors().keySet());
    assertEquals(
        Set.of(
            "conv1.weight",
            "conv1.bias",
            "conv2.weight",
            "conv2.bias",
            "fc1.weight",
            "fc1.bias",
            "fc2.weight",
            "fc2.bias",
            "fc3.weight",
            "fc3.bias"),
        deep.tensors().keySet());
    deep.tensors()
        .forEach((name, tensor) -> {
          Tensor alone = single.tensors().get(name);
          assertEquals(1, alone.dim(0), name);
          assertEquals(4, tensor.dim(0), name);
          assertArrayEquals(tensor.get(0).toFloats(), alone.get(0).toFloats(), name);
        });
  }

  /// ResNet-18 for small grey images has no packed version, so that is left out.
  @Test
  void residualNetworksTrain() {
    JsonNode run =
        run(
            "--model resnet18 --limit 8 --test-limit 6 --epochs 1 --batch 4 --members 2 --ood none"
                + " --optimizer sgd --methods single,deep,batch");
    List<String> names = List.of("single", "deep", "batch");
    // Two members share the weights; each has two vectors per layer, 9,163 elements, a bias of 10,
    // and norms.
    int[] params = {11_172_810, 2 * 11_172_810, 11_172_800 + 2 * (9_163 + 10) + 2 * 4_800};
    assertEquals(3, run.get("methods").size());
    for (int i = 0; i < 3; i++) {
      JsonNode method = run.get("methods").get(i);
      assertEquals(names.get(i), method.get("name").asString());
      assertEquals("resnet18", method.get("model").asString());
      assertEquals(params[i], method.get("params").asInt());
      assertEquals((i == 0 ? 1 : 2) * 911_601_664L, method.get("flops_per_image").asLong());
      assertTrue(method.get("metrics").get("nll").isNumber());
    }
  }

  @Test
  void figuresDependOnTheSeedOnly() {
    JsonNode one = run(SMALL + " --threads 1");
    JsonNode two = run(SMALL + " --threads 2 --seed 42 --methods batch,packed,deep,single");
    JsonNode other = run(SMALL + " --threads 2 --seed 43");
    for (String method : List.of("single", "deep", "packed", "batch")) {
      assertEquals(figures(one, method), figures(two, method));
      assertNotEquals(figures(one, method), figures(other, method));
    }
    JsonNode alone = run(SMALL + " --methods packed");
    assertEquals(1, alone.get("methods").size());
    assertEquals(figures(one, "packed"), figures(alone, "packed"));
  }

  @Test
  void runFilesArgumentsRepeatTheRun() throws IOException {
    Path out = folder.resolve("out");
    String options =
        "--quiet --limit 48 --test-limit 30 --epochs 4 --batch 16 --model mlp --members 2 --alpha 3"
            + " --optimizer sgd --lr 0.1 --momentum 0.9 --nesterov --weight-decay 0.001 --schedule"
            + " multistep --milestones 1,3 --seed -7 --ood none --methods deep,packed --threads 1";
    compare(options, "--out", out.toString());
    JsonNode first = json(out.resolve("run.json"));
    byte[] weights = Files.readAllBytes(out.resolve("packed.safetensors"));

    List<String> arguments = new ArrayList<>();
    first.get("arguments").forEach(argument -> arguments.add(argument.asString()));
    Path again = folder.resolve("again");
    arguments.addAll(List.of("--quiet", "--out", again.toString()));
    assertEquals(0, Cli.run(arguments.toArray(String[]::new)).status());
    JsonNode second = json(again.resolve("run.json"));

    for (String key : List.of("arguments", "seed", "data", "training")) {
      assertEquals(first.get(key), second.get(key), key);
    }
    assertArrayEquals(weights, Files.readAllBytes(again.resolve("packed.safetensors")));
    assertEquals(figures(first, "deep"), figures(second, "deep"));
    assertEquals(figures(first, "packed"), figures(second, "packed"));
  }

  @Test
  void withoutOodItsMetricsAreNull() {
    JsonNode run = run((SMALL + " --methods single --ood none").replace(" --members 3", ""));
    assertTrue(run.get("ood").isNull());
    JsonNode metrics = run.get("methods").get(0).get("metrics");
    for (String name : List.of("auroc", "aupr", "fpr95", "disagreement")) {
      assertTrue(metrics.get(name).isNull(), name);
    }
    assertEquals(metrics.get("entropy"), metrics.get("expected_entropy"));
    assertTrue(run.get("methods").get(0).get("ood_metrics").isNull());
  }

  @Test
  void jsonToStandardOutputIsAloneThere() {
    Outcome outcome = compare(SMALL + " --quiet --methods deep --json -");
    JsonNode run = JsonMapper.shared().readTree(outcome.out());
    assertEquals("deep", run.get("methods").get(0).get("name").asString());
    assertTrue(outcome.err().startsWith("glyphs: 40 test images\n"), outcome.err());
  }

  @Test
  void tablesOfRowsTrainThePerceptron() throws IOException {
    Path table = folder.resolve("table.csv");
    StringBuilder csv = new StringBuilder("height,width,kind\n");
    for (int i = 0; i < 60; i++) {
      csv.append(i % 7).append(',').append(i % 3 * 100).append(',').append("abc".charAt(i % 3));
      csv.append('\n');
    }
    Files.writeString(table, csv);
    Outcome outcome =
        compare(
            "--epochs 10 --batch 8 --lr 0.02 --methods single", "--data", "csv:" + table + "#kind");
    String said = unwrapped(outcome.err());
    assertTrue(said.contains(": 48 rows of 2 columns to train on, 12 to test mlp"), said);
    assertTrue(outcome.out().contains("flops/row"));
    // The second column is the kind.
    assertTrue(outcome.out().contains("100 %"), outcome.out());
    assertFalse(outcome.out().contains("OOD"), outcome.out());
  }

  /// A table without a header, with semicolons, missing values and texts, as UCI's are written.
  @Test
  void tablesAreReadAsTheirOptionsSay() throws IOException {
    Path table = folder.resolve("table.data");
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      csv.append("abc".charAt(i % 3)).append(';').append(i % 10 == 0 ? "?" : "" + i % 7);
      csv.append(';').append("xyz".charAt(i % 3)).append('\n');
    }
    Files.writeString(table, csv);
    Path copy = Files.writeString(folder.resolve("copy.data"), csv);
    String options = "#-1,header=no,drop=?,one-hot";
    String data = "csv:" + table + options;
    String ood = "csv:" + copy + options;
    Outcome outcome =
        compare("--epochs 10 --batch 8 --lr 0.02 --methods single", "--data", data, "--ood", ood);
    String said = unwrapped(outcome.err());
    assertTrue(said.contains("42 rows of 4 columns to train on, 12 to test"), said);
    String note = ": 6 of 60 rows left out, a value is missing\n";
    assertTrue(said.contains(unwrapped(data + note + ood + note)), said);
  }

  /// The error comes after the tables of what was finished.
  @Test
  void anErrorKeepsWhatIsFinished() {
    Path json = folder.resolve("kept.json");
    // A rate that one network survives for two steps, and the factors of a BatchEnsemble do not.
    Outcome outcome =
        Cli.run(
            ("compare --quiet --limit 64 --test-limit 20 --model mlp --batch 32 --epochs 1"
                    + " --methods single,batch --members 2 --optimizer sgd --lr 3e3 --json "
                    + json)
                .split(" "));
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(
        List.of(
            "tutti: only single could be finished",
            "tutti: batch: the trained network's outputs are not finite; a smaller learning rate"
                + " may help"),
        outcome.err().lines().toList());
    assertTrue(outcome.out().contains("│ single"), outcome.out());
    assertEquals(1, json(json).get("methods").size());
  }

  @Test
  void quietIsQuiet() {
    assertEquals(
        "", compare((SMALL + " --quiet --methods single").replace(" --members 3", "")).err());
  }
}
