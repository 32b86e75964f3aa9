package dev.tutti.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.search.Space;
import dev.tutti.ensembles.train.ModelDrop;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.Halving;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/// What ways of training cost beside others: two trainings in turns, their processor time on one
/// thread, medians, and the ratio of each pair.
///
/// Arguments: the number of pairs (default 7).
public final class MethodCosts {
  private static final int MEMBERS = 8;
  private static final int TRIALS = 64;
  private static final Shape IMAGE = Shape.of(28, 28, 1);
  private static final Dataset DIGITS = Glyphs.digits(640, 1);
  private static final Dataset JUDGED = Glyphs.digits(200, 2);
  private static final Batches BATCHES = Batches.of(DIGITS, 64).shuffled(Key.of(1));

  private MethodCosts() {}

  /// Prints a row for each comparison.
  public static void main(String[] arguments) {
    int pairs = arguments.length == 0 ? 7 : Integer.parseInt(arguments[0]);
    Parallel.threads(1);
    for (String model : new String[] {"LeNet", "ConvNet"}) {
      DeepEnsemble start = DeepEnsemble.init(Key.of(2), MEMBERS, init(model));
      Trainer trainer = new Trainer(recipe(1));
      pair(
          "model drop, a step, M 8 " + model + " b64",
          pairs,
          () -> trainer.fit(start, BATCHES, EnsembleLoss.SUMMED_LOGITS),
          () ->
              trainer.modelDrop(ModelDrop.FROZEN).fit(start, BATCHES, EnsembleLoss.SUMMED_LOGITS));
    }
    DeepEnsemble many =
        DeepEnsemble.init(Key.of(3), TRIALS, k -> Mlp.init(k, IMAGE.size(), 128, 10));
    double[] rates =
        Space.values(new Space().logUniform("lr", 1e-4, 1e-2).draw(Key.of(4), TRIALS), "lr");
    pair(
        "64 rates beside one, MLP 784-128-128-10 b64",
        pairs,
        () -> new Trainer(recipe(1)).fit(many, BATCHES),
        () -> new Trainer(recipe(1).lr(rates)).fit(many, BATCHES));
    int epochs = 16;
    pair(
        "halving 64 to 4 beside 64, 16 epochs, MLP",
        Math.min(pairs, 3),
        () -> judged(recipe(epochs).lr(rates)).fit(many, BATCHES),
        () -> judged(recipe(epochs).lr(rates)).halving(new Halving(1, 4)).fit(many, BATCHES));
  }

  private static Trainer judged(Recipe recipe) {
    return new Trainer(recipe).validating(Batches.of(JUDGED, 100), EarlyStopping.never());
  }

  private static Recipe recipe(int epochs) {
    return new Recipe(new Adam(), 0.001, Schedule.constant(), epochs);
  }

  private static Function<Key, Layer> init(String model) {
    return model.equals("LeNet") ? k -> LeNet.init(k, IMAGE, 10) : k -> ConvNet.init(k, IMAGE, 10);
  }

  private static void pair(String what, int pairs, Runnable base, Runnable other) {
    for (int i = 0; i < 2; i++) { // compiles what is used much
      base.run();
      other.run();
    }
    double[] bases = new double[pairs];
    double[] others = new double[pairs];
    double[] ratios = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      bases[i] = seconds(base);
      others[i] = seconds(other);
      ratios[i] = others[i] / bases[i];
    }
    Arrays.sort(bases);
    Arrays.sort(others);
    Arrays.sort(ratios);
    int middle = pairs / 2;
    System.out.printf(
        Locale.ROOT,
        "%-48s %7.3f s %7.3f s  ratio %.2f (%.2f to %.2f)%n",
        what,
        bases[middle],
        others[middle],
        ratios[middle],
        ratios[0],
        ratios[pairs - 1]);
  }

  private static double seconds(Runnable run) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long start = system.getProcessCpuTime();
    run.run();
    return (system.getProcessCpuTime() - start) / 1e9;
  }
}
