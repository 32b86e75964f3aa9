package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;

/// A small training with all that a step can depend on: running statistics, dropout, augmentation,
/// an optimiser with memory, and a rate, schedule and decay for each member.
public final class Runs {
  static final int MEMBERS = 3;
  static final Shape IMAGE = Shape.of(6, 6, 1);
  static final Dataset DATA = Tasks.quadrants(26, IMAGE);
  static final Dataset UNSEEN =
      Tasks.quadrants(40, IMAGE).select(new int[] {26, 27, 28, 29, 30, 31, 32});

  private Runs() {}

  static Layer network(Key key) {
    return Sequential.of(
        Conv2d.init(key.fold(0), 1, 4, 3),
        BatchNorm.init(4),
        Activation.RELU,
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        new Dropout(0.2),
        Linear.init(key.fold(1), 64, 4));
  }

  static DeepEnsemble ensemble() {
    return DeepEnsemble.init(Key.of(5), MEMBERS, Runs::network);
  }

  /// Five steps an epoch, the last one shorter.
  static Batches batches() {
    return Tasks.batches(DATA, 6);
  }

  static Batches validation() {
    return Batches.of(UNSEEN, 4).transformed(Tasks.normalized());
  }

  static Recipe recipe(int epochs) {
    return new Recipe(new Adam().decay(0.01, 0, 0.1), 0.01, Schedule.constant(), epochs)
        .lr(0.01, 0.003, 0.03)
        .schedules(Schedule.cosine(epochs), Schedule.constant(), Schedule.multiStep(0.3, 1))
        .key(Key.of(99));
  }
}
