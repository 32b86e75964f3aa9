package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Activation;
import dev.tutti.nn.Frozen;
import dev.tutti.nn.Layer;
import dev.tutti.nn.PublicTypes;
import dev.tutti.nn.Remat;
import dev.tutti.nn.conformance.Fixture.Case;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.EvidentialLosses;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.ClipByNorm;
import dev.tutti.nn.optim.ClipByValue;
import dev.tutti.nn.optim.DecoupledDecay;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every public layer, loss, optimiser, average and schedule of this module is compared with
/// PyTorch in a case of a fixture, and the fixtures stay small.
class CompletenessTest {
  private static final long MOST_BYTES = 8_000_000;

  /// The fixture's loss that each public loss is compared under.
  private static final Map<String, String> LOSSES =
      Map.ofEntries(
          Map.entry("Losses.crossEntropy", "cross_entropy"),
          Map.entry("Losses.nll", "nll_loss"),
          Map.entry("Losses.focal", "focal_loss"),
          Map.entry("Losses.confidencePenalty", "confidence_penalty"),
          Map.entry("Losses.bceWithLogits", "binary_cross_entropy_with_logits"),
          Map.entry("Losses.klDiv", "kl_div"),
          Map.entry("Losses.mse", "mse_loss"),
          Map.entry("Losses.l1", "l1_loss"),
          Map.entry("Losses.huber", "huber_loss"),
          Map.entry("Losses.smoothL1", "smooth_l1_loss"),
          Map.entry("Losses.gaussianNll", "gaussian_nll_loss"),
          Map.entry("CrossEntropy.apply", "cross_entropy"),
          Map.entry("CrossEntropy.of", "cross_entropy"),
          Map.entry("CrossEntropy.nll", "nll_loss"),
          Map.entry("EvidentialLosses.classification", "evidential_classification"),
          Map.entry("EvidentialLosses.regression", "evidential_regression"));

  /// The fixture's schedulers that each way to make a schedule is compared under.
  private static final Map<String, String> SCHEDULES =
      Map.ofEntries(
          Map.entry("constant", "ConstantLR"),
          Map.entry("then", "ConstantLR"),
          Map.entry("times", "ChainedScheduler"),
          Map.entry("step", "StepLR"),
          Map.entry("multiStep", "MultiStepLR"),
          Map.entry("exponential", "ExponentialLR"),
          Map.entry("linear", "LinearLR"),
          Map.entry("warmup", "SequentialLR"),
          Map.entry("polynomial", "PolynomialLR"),
          Map.entry("cosine", "CosineAnnealingLR"),
          Map.entry("cosineRestarts", "CosineAnnealingWarmRestarts"),
          Map.entry("oneCycle", "OneCycleLR"));

  /// At whole epochs, when PyTorch's schedulers step, it changes nothing.
  private static final Set<String> UNSEEN_SCHEDULES = Set.of("perEpoch");

  @Test
  void everyLayerHasACase() {
    Set<String> seen = new TreeSet<>();
    Set<Activation> activations = new TreeSet<>();
    for (Case c : LayerConformanceTest.cases()) {
      Layer layer = LayerTable.rows().get(c.text("layer")).make().apply(c.arguments("args"));
      note(layer, seen);
      if (layer instanceof Activation a) {
        activations.add(a);
      }
    }
    for (Function<Key, Layer> network : ModelTable.NETWORKS.values()) {
      note(ModelTable.shapesOnly(network), seen);
    }
    seen.add(Remat.class.getName()); // has the layer's own bits: RematTest
    seen.add(Frozen.class.getName()); // and so has this: FrozenTest
    assertEquals(names(Layer.class), seen);
    assertEquals(new TreeSet<>(Arrays.asList(Activation.values())), activations);
  }

  /// Notes the classes of a layer and of all layers inside.
  private static void note(Layer layer, Set<String> seen) {
    Tree.replace(
        layer,
        Layer.class,
        part -> {
          seen.add(name(part));
          return null; // goes on inside
        });
  }

  private static Set<String> names(Class<?> type) {
    return PublicTypes.of(type).stream()
        .map(Class::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String name(Object o) {
    return o.getClass().getName();
  }

  @Test
  void everyLossHasACase() {
    Set<String> losses = new TreeSet<>();
    for (Class<?> type : List.of(Losses.class, EvidentialLosses.class, CrossEntropy.class)) {
      for (Method m : type.getDeclaredMethods()) {
        boolean of = m.getParameterCount() > 0 && !m.getName().equals("divisor");
        if (Modifier.isPublic(m.getModifiers()) && m.getReturnType() == Tensor.class && of) {
          losses.add(type.getSimpleName() + "." + m.getName());
        }
      }
    }
    assertEquals(LOSSES.keySet(), losses);
    assertTrue(LossTable.rows().keySet().containsAll(LOSSES.values()));
  }

  @Test
  void everyOptimizerAndAverageHasACase() {
    Set<String> optimizers = new TreeSet<>();
    Set<String> averages = new TreeSet<>();
    for (Case c : Fixture.read("optimizers").cases().values()) {
      if (c.attributes().containsKey("optimizer")) {
        Arguments about = c.arguments("optimizer");
        Arguments a = new Arguments(Json.map(about.object("args")));
        Optimizer rule = OptimizerTable.optimizer(about.text("kind", null), a);
        for (Optimizer o = rule; o != null; o = inner(o)) {
          optimizers.add(name(o));
        }
        Averaging averaging = OptimizerTable.averaging(a);
        if (averaging != null) {
          averages.add(name(averaging));
        }
      }
    }
    assertEquals(names(Optimizer.class), optimizers);
    assertEquals(names(Averaging.class), averages);
  }

  private static Optimizer inner(Optimizer rule) {
    return switch (rule) {
      case ClipByNorm clip -> clip.inner();
      case ClipByValue clip -> clip.inner();
      case DecoupledDecay decay -> decay.inner();
      default -> null;
    };
  }

  @Test
  void everyScheduleHasACase() {
    Set<String> makers = new TreeSet<>();
    for (Method m : Schedule.class.getDeclaredMethods()) {
      if (Modifier.isPublic(m.getModifiers())
          && Schedule.class.isAssignableFrom(m.getReturnType())) {
        makers.add(m.getName());
      }
    }
    makers.removeAll(UNSEEN_SCHEDULES);
    assertEquals(SCHEDULES.keySet(), makers);
    assertEquals(
        new TreeSet<>(SCHEDULES.values()), new TreeSet<>(OptimizerTable.SCHEDULES.keySet()));
  }

  /// The basis of the tolerances: PyTorch's own rounding, relative to the largest magnitude of a
  /// tensor, in float32 compared with float64.
  @Test
  void theCasesAreWellConditioned() {
    for (Case c : LayerConformanceTest.cases()) {
      requireRounding(c, 1.2e-6);
    }
    for (Case c : LossConformanceTest.cases()) {
      requireRounding(c, 1.2e-6);
    }
    for (String file : List.of("optimizers", "models")) {
      Fixture.casesOf(file).stream()
          .filter(c -> c.attributes().containsKey("rounding"))
          .forEach(c -> requireRounding(c, 2e-6));
    }
  }

  private static void requireRounding(Case c, double most) {
    double rounding = c.arguments().number("rounding");
    assertTrue(rounding <= most, c + ": PyTorch rounds by " + rounding);
  }

  @Test
  void theFixturesStaySmall() throws IOException, URISyntaxException {
    long bytes = 0;
    URI folder = CompletenessTest.class.getResource(Fixture.FOLDER).toURI();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes > 1_000_000 && bytes < MOST_BYTES, bytes + " bytes");
  }
}
