package dev.tutti.examples;

import dev.tutti.engine.Key;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.metrics.Report;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import java.util.List;

/// The example of the README, which quotes the region below unchanged.
public final class ReadmeExample {
  private ReadmeExample() {}

  /// Runs the example.
  public static void main(String... args) {
    // @start region="readme"
    Key key = Key.of(42);
    Transform scale = Transform.normalize(new float[] {Glyphs.MEAN}, new float[] {Glyphs.STD});
    Dataset digits = Glyphs.digits(5000, 1);
    Dataset test = Glyphs.digits(1000, 2);

    DeepEnsemble four = DeepEnsemble.init(key.fold(0), 4, k -> Mlp.init(k, 784, 64, 10));
    Batches batches = Batches.of(digits, 50).shuffled(key.fold(1)).transformed(scale);
    Recipe recipe = new Recipe(new Adam(), 0.003, Schedule.cosine(5), 5);
    DeepEnsemble trained = new Trainer(recipe).fit(four, batches);

    Batches seen = Batches.of(test, 250).transformed(scale);
    Predictions ensemble = Evaluator.predictions(trained, seen);
    for (Predictions p : List.of(ensemble.member(0), ensemble)) {
      Report r = Report.of(p, test.labels());
      System.out.printf(
          "accuracy %.1f %%  NLL %.3f  ECE %.1f %%%n", 100 * r.accuracy(), r.nll(), 100 * r.ece());
    }
    // @end
  }
}
