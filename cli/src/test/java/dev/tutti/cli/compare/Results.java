package dev.tutti.cli.compare;

import dev.tutti.engine.Key;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.metrics.Logits;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.nn.models.Mlp;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Results of predictions that are made up.
final class Results {
  private Results() {}

  static Contestant contestant(Method method, Model model, long params, long flops) {
    DeepEnsemble ensemble = DeepEnsemble.init(Key.of(0), 1, key -> Mlp.init(key, 2, 2, 2));
    return new Contestant(method, start(model), Map.of(), ensemble, params, flops);
  }

  /// What a method starts from, of which only the model is read.
  static Method.Start start(Model model) {
    return new Method.Start(null, null, null, null, 2, 1, 2, 1, model, 1, 1);
  }

  /// The result of predictions of 44,426 parameters and 563,280 flops a member.
  static Result of(Method method, Predictions id, int[] labels, Optional<Predictions> ood) {
    int m = id.members();
    return of(method, id, labels, ood, 44_426L * m, 563_280L * m);
  }

  static Result of(
      Method method,
      Predictions id,
      int[] labels,
      Optional<Predictions> ood,
      long params,
      long flops) {
    return Result.of(
        contestant(method, Model.LENET, params, flops),
        id.members(),
        9.04,
        logits(id),
        labels,
        ood.map(Results::logits));
  }

  /// Logits of probabilities; of 0 what softmax makes 0 in float32.
  static Logits logits(Predictions p) {
    float[] logits = p.probabilities().clone();
    for (int i = 0; i < logits.length; i++) {
      logits[i] = logits[i] == 0 ? -200 : (float) Math.log(logits[i]);
    }
    return new Logits(logits, p.members(), p.samples(), p.classes());
  }

  /// Labels of two classes in turn.
  static int[] labels(int count) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
    }
    return labels;
  }

  /// Predictions of two classes: logits of their difference are `signal` for the right class, which
  /// all members share with an error of its own, plus an error of each member.
  static Predictions noisy(int members, int count, double signal, double own, Random random) {
    float[] positive = new float[members * count];
    for (int i = 0; i < count; i++) {
      double shared = (i % 2 == 1 ? signal : -signal) + random.nextGaussian();
      for (int m = 0; m < members; m++) {
        double logit = shared + own * random.nextGaussian();
        positive[m * count + i] = (float) (1 / (1 + Math.exp(-logit)));
      }
    }
    return Predictions.binary(positive, members, count);
  }

  /// The settings of a command line of these data.
  static Settings settings(String data, String ood) {
    return settings(data, ood, null);
  }

  /// The same for some methods, null for all.
  static Settings settings(String data, String ood, String methods) {
    NetworkOptions ensembles = new NetworkOptions();
    ensembles.methods = methods;
    DataOptions asked = new DataOptions();
    asked.data = data;
    asked.ood = ood;
    return Settings.of(asked, ensembles, new TrainingOptions(), new RunOptions(), Map.of());
  }
}
