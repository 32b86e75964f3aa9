package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Callback;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Fit;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.fit.Task;
import dev.tutti.nn.fit.WeightAveraging;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A network alone: trained by [Fit], by a loop of [Step]s, and as a member, with the same bits.
class FitTest {
  private static final int MEMBERS = 3;

  private static Sequential network(Key key) {
    return Sequential.of(
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        Linear.init(key.fold(0), Runs.IMAGE.size(), 12),
        BatchNorm.init(12),
        Activation.RELU,
        new Dropout(0.3),
        Linear.init(key.fold(1), 12, 4));
  }

  private static Recipe recipe() {
    return new Recipe(new Adam().decay(0.01), 0.01, Schedule.cosine(3), 3).key(Key.of(8));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMemberIsTheNetworkThatIsFittedAlone(boolean averaging) {
    Recipe recipe = averaging ? recipe().averaging(WeightAveraging.ema(0.9)) : recipe();
    DeepEnsemble start = DeepEnsemble.init(Key.of(1), MEMBERS, FitTest::network);
    DeepEnsemble trained = new Trainer(recipe).fit(start, Runs.batches());
    for (int m = 0; m < MEMBERS; m++) {
      Sequential own = network(Key.of(1).fold(m));
      List<Tensor> before = Tree.tensors(own).stream().map(t -> t.mul(1)).toList();
      Sequential alone = Fit.network(own, recipe.forMember(m, MEMBERS)).on(Runs.batches());
      Expect.sameLeaves("member " + m, trained.member(m), alone);
      Expect.sameLeaves("the caller's network", before, Tree.tensors(own));
    }
  }

  /// The loop that a reader would write, with and without overwriting the state.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLoopOfStepsIsTheFit(boolean donating) {
    Batches batches = Runs.batches();
    Recipe recipe = recipe();
    Step<Layer> step = Step.of(new Adam().decay(0.01), new CrossEntropy());
    step = donating ? step.donate() : step;
    Step.State<Layer> state = step.start(network(Key.of(1)));
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int i = 0; i < batches.count(); i++) {
        double lr = recipe.rate(0, epoch + (double) i / batches.count());
        Key key = Key.of(8).fold(epoch).fold(i);
        state = step.apply(state, batches.batch(epoch, i), lr, key).state();
      }
    }
    Expect.sameLeaves("loop", Fit.network(network(Key.of(1)), recipe).on(batches), state.params());
  }

  @Test
  void validationStopsAndKeepsTheBest() {
    List<EpochReport> reports = new ArrayList<>();
    List<Sequential> after = new ArrayList<>();
    Callback<Sequential> keep =
        (report, current) -> {
          reports.add(report);
          after.add(current.get());
        };
    Recipe steep = new Recipe(new Sgd(), 1, epoch -> epoch < 2 ? 0.1 : 30, 9);
    Sequential trained =
        Fit.network(network(Key.of(1)), steep)
            .validating(Runs.batches(), new EarlyStopping(2))
            .calling(keep)
            .on(Runs.batches());
    int best = reports.getLast().bestEpoch().getFirst();
    assertEquals(best + 3, reports.size());
    Expect.sameLeaves("the best", after.get(best), trained);
    assertFalse(
        Expect.same(Tree.tensors(trained).getFirst(), Tree.tensors(after.getLast()).getFirst()));
  }

  @Test
  void resumesWithTheSameBits(@TempDir Path folder) {
    Checkpointing where = new Checkpointing(folder.resolve("run.safetensors"));
    Sequential whole = Fit.network(network(Key.of(1)), recipe()).on(Runs.batches());
    Callback<Object> cut =
        (report, current) -> {
          if (report.epoch() == 1) {
            throw new IllegalStateException("cut");
          }
        };
    assertThrows(
        IllegalStateException.class,
        () ->
            Fit.network(network(Key.of(1)), recipe())
                .checkpointing(where)
                .calling(cut)
                .on(Runs.batches()));
    Expect.sameLeaves(
        "resumed",
        whole,
        Fit.network(network(Key.of(1)), recipe()).checkpointing(where).on(Runs.batches()));
  }

  /// Two networks as one model of no layer's type.
  record Pair(Layer first, Layer second) {}

  @Test
  void aModelOfAnyKindHasATask() {
    Objective objective = Losses::crossEntropy;
    Task<Layer> inner = Task.of(objective);
    Task<Pair> task =
        new Task<>() {
          @Override
          public Tensor outputs(Pair model, Tensor x, Ctx ctx) {
            return model.first.apply(x, ctx).add(model.second.apply(x, ctx));
          }

          @Override
          public Tensor loss(Tensor outputs, Tensor targets, Ctx ctx) {
            return inner.loss(outputs, targets, ctx);
          }

          @Override
          public Tensor divisor(Tensor outputs, Tensor targets) {
            return inner.divisor(outputs, targets);
          }

          @Override
          public boolean isMean() {
            return true;
          }
        };
    List<Double> losses = new ArrayList<>();
    Pair trained =
        Fit.model(new Pair(network(Key.of(1)), network(Key.of(2))), recipe(), task)
            .calling((report, current) -> losses.add(report.loss().getFirst()))
            .on(Runs.batches());
    assertEquals(3, losses.size());
    assertFalse(losses.getLast() > losses.getFirst(), losses.toString());
    assertEquals(2 * network(Key.of(1)).parameterCount(), trained.first.parameterCount() * 2);
  }
}
