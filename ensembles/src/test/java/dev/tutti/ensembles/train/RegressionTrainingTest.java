package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.TrainingError;
import dev.tutti.nn.loss.GaussianNll;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Targets that are numbers, through training, validation and evaluation.
class RegressionTrainingTest {
  private static final int MEMBERS = 3;

  /// Two targets of two features: the sum and the product, with noise.
  private static Dataset data(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] x = new float[rows][2];
    float[][] y = new float[rows][2];
    for (int i = 0; i < rows; i++) {
      float a = (float) random.nextDouble(-1, 1);
      float b = (float) random.nextDouble(-1, 1);
      x[i] = new float[] {a, b};
      float noise = (float) (0.1 * random.nextGaussian());
      y[i] = new float[] {a + b + noise, a * b - noise};
    }
    return Dataset.ofTable("sums", x, y);
  }

  private final Dataset test = data(53, 2);
  private final Batches train = Batches.of(data(200, 1), 20).shuffled(Key.of(3));
  private final Batches validation = Batches.of(test, 20); // the last one has 13 rows
  private final List<EpochReport> reports = new ArrayList<>();

  private Trainer trainer(Objective objective) {
    return new Trainer(new Recipe(new Adam(), 0.01, Schedule.cosine(8), 8).objective(objective))
        .validating(validation, new EarlyStopping(8))
        .calling((report, current) -> reports.add(report));
  }

  /// Outputs `[M, N, O]` as numbers.
  private double[] outputs(Ensemble ensemble, int width) {
    Tensor outputs = Evaluator.logits(ensemble, validation);
    assertEquals(Shape.of(MEMBERS, 53, width), outputs.shape());
    return outputs.toDoubles();
  }

  /// The mean square error of member `m`, by plain loops.
  private double mse(double[] outputs, int m) {
    double[] y = test.targets().toDoubles();
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      double d = outputs[m * y.length + i] - y[i];
      sum += d * d;
    }
    return sum / y.length;
  }

  @Test
  void deepEnsembleLearnsMeanSquares() {
    DeepEnsemble start = DeepEnsemble.init(Key.of(1), MEMBERS, k -> Mlp.init(k, 2, 16, 2));
    DeepEnsemble trained = trainer(Objective.mean(Losses::mse)).fit(start, train);
    double[] outputs = outputs(trained, 2);
    for (int m = 0; m < MEMBERS; m++) {
      int best = reports.getLast().bestEpoch().get(m);
      double loss = reports.get(best).validationLoss().get(m);
      assertEquals(mse(outputs, m), loss, 1e-6);
      assertTrue(loss < 0.05, "the targets have a variance of 0.4; member " + m + ": " + loss);
      assertEquals(Double.NaN, reports.get(best).validationAccuracy().get(m));
    }
  }

  @Test
  void membersThatShareWeightsLearnMeanSquares() {
    BatchEnsemble start = BatchEnsemble.convert(Key.of(1), Mlp.init(Key.of(2), 2, 16, 2), MEMBERS);
    BatchEnsemble trained =
        trainer(Objective.mean(Losses::mse)).fit(start, train, EnsembleLoss.MEAN_OVER_ROWS);
    double[] outputs = outputs(trained, 2);
    double mean = (mse(outputs, 0) + mse(outputs, 1) + mse(outputs, 2)) / MEMBERS;
    int best = reports.getLast().bestEpoch().getFirst();
    assertEquals(mean, reports.get(best).validationLoss().getFirst(), 1e-6);
    assertTrue(mean < 0.1, "mean square error " + mean);
  }

  /// Its validation loss is the likelihood by plain loops, and the variances are near the noise's.
  @Test
  void gaussianNllLearnsTheNoise() {
    DeepEnsemble start = DeepEnsemble.init(Key.of(1), MEMBERS, k -> Mlp.init(k, 2, 16, 4));
    GaussianNll nll = new GaussianNll();
    DeepEnsemble trained = trainer(nll).fit(start, train);
    double[] outputs = outputs(trained, 4);
    double[] y = test.targets().toDoubles();
    for (int m = 0; m < MEMBERS; m++) {
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        int at = (m * 53 + i / 2) * 4 + i % 2;
        double v = Math.log1p(Math.exp(outputs[at + 2])) + 1e-6;
        double d = y[i] - outputs[at];
        sum += 0.5 * (Math.log(v) + d * d / v);
      }
      int best = reports.getLast().bestEpoch().get(m);
      assertEquals(sum / y.length, reports.get(best).validationLoss().get(m), 1e-5);
    }
    double variance = nll.variance(Evaluator.logits(trained, validation)).mean().item();
    assertTrue(variance > 0.003 && variance < 0.1, "mean variance " + variance);
  }

  /// A missing value that nothing has filled does not pass for a number.
  @Test
  void missingValuesEndTheTraining() {
    float[][] x = {{1, 2}, {3, Float.NaN}, {5, 6}};
    Batches gaps = Batches.of(Dataset.ofTable("gaps", x, new float[][] {{1}, {2}, {3}}), 3);
    DeepEnsemble start = DeepEnsemble.init(Key.of(1), MEMBERS, k -> Mlp.init(k, 2, 16, 1));
    Recipe recipe =
        new Recipe(new Adam(), 0.01, Schedule.cosine(2), 2).objective(Objective.mean(Losses::mse));
    String line =
        assertThrows(TrainingError.class, () -> new Trainer(recipe).fit(start, gaps)).getMessage();
    assertTrue(line.contains("NaN") && line.contains("epoch 1"), line);
  }

  /// Member m of the ensemble is the network trained alone, bit for bit.
  @Test
  void membersTrainAsTheyWouldAlone() {
    Recipe recipe =
        new Recipe(new Adam(), 0.01, Schedule.cosine(2), 2).objective(new GaussianNll());
    DeepEnsemble start = DeepEnsemble.init(Key.of(1), MEMBERS, k -> Mlp.init(k, 2, 16, 4));
    DeepEnsemble all = new Trainer(recipe).fit(start, train);
    for (int m = 0; m < MEMBERS; m++) {
      DeepEnsemble alone =
          new Trainer(recipe.forMember(m, MEMBERS)).fit(DeepEnsemble.of(start.member(m)), train);
      assertArrayEquals(
          Evaluator.logits(all, validation).get(m).toFloats(),
          Evaluator.logits(alone, validation).get(0).toFloats());
    }
  }
}
