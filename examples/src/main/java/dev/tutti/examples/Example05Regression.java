package dev.tutti.examples;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.metrics.GaussianPredictions;
import dev.tutti.ensembles.metrics.Regression;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.StandardScaler;
import dev.tutti.nn.data.read.Csv;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.loss.GaussianNll;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/// A deep ensemble for regression on a table, with intervals that say how sure it is: each member
/// predicts a mean and a variance, and the ensemble is the mixture of them (Lakshminarayanan,
/// Pritzel, Blundell 2017).
///
/// The arguments are a CSV file and the name of its target. Without them the program draws a table
/// of two features whose noise grows with the second.
public final class Example05Regression {
  private Example05Regression() {}

  /// Runs the example.
  public static void main(String... args) {
    Path file = args.length == 0 ? drawn() : Path.of(args[0]);
    String target = args.length == 0 ? "y" : args[1];
    // @start region="regression"
    Dataset.Split parts = Csv.options().target(target).read(file).split(0.2, 1);
    Dataset train = parts.train();
    Dataset test = parts.test();
    StandardScaler x = StandardScaler.fit(train);
    StandardScaler y = StandardScaler.fit(train.targets());

    GaussianNll loss = new GaussianNll();
    int members = 5;
    DeepEnsemble five =
        DeepEnsemble.init(Key.of(1), members, k -> Mlp.init(k, train.elements(), 50, 2));
    Dataset scaled = train.withTargets(y.apply(train.targets()));
    Batches batches = Batches.of(scaled, 32).shuffled(Key.of(2)).transformed(x);
    Recipe recipe = new Recipe(new Adam(), 0.003, Schedule.cosine(40), 40).objective(loss);
    DeepEnsemble trained = new Trainer(recipe).fit(five, batches);

    Tensor outputs = Evaluator.logits(trained, Batches.of(test, 100).transformed(x));
    double[] means = y.inverse(loss.mean(outputs)).toDoubles();
    double[] variances = y.inverseVariance(loss.variance(outputs)).toDoubles();
    var p = new GaussianPredictions(means, variances, members, test.size());
    double[] targets = test.targets().toDoubles();
    System.out.printf(
        "RMSE %.3f, NLL %.3f, %.1f %% of targets inside the 90 %% intervals%n",
        Regression.rmse(p, targets),
        Regression.gaussianNll(p, targets),
        100 * p.intervals(0.9).coverage(targets));
    // @end
  }

  /// A table of 2,000 rows: y = sin 3a + b + noise of deviation 0.1 + 0.3 |b|.
  private static Path drawn() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder rows = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 2000; i++) {
      double a = random.nextDouble(-1, 1);
      double b = random.nextDouble(-1, 1);
      double noise = (0.1 + 0.3 * Math.abs(b)) * random.nextGaussian();
      rows.append(
          String.format(Locale.ROOT, "%.4f,%.4f,%.4f%n", a, b, Math.sin(3 * a) + b + noise));
    }
    try {
      return Files.writeString(Files.createTempDirectory("tutti").resolve("drawn.csv"), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
