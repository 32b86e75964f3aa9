package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Expect;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Losses;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// An ensemble of four after 20 training steps is, bit for bit, four models trained alone.
@ResourceLock(Tasks.THREADS)
public class TrainedAloneTest {
  private static final int MEMBERS = 4;
  private static final Key KEY = Key.of(51);

  enum Model {
    MLP(Shape.of(9, 9, 1)),
    LENET(Shape.of(16, 18, 1)),
    CONVNET(Shape.of(8, 8, 1));

    private final Shape image;

    Model(Shape image) {
      this.image = image;
    }

    Layer init(Key key) {
      return switch (this) {
        case MLP -> Mlp.init(key, image.size(), 33, 4);
        case LENET -> LeNet.init(key, image, 4);
        case CONVNET -> ConvNet.init(key, image, 4);
      };
    }

    /// 20 steps are four epochs of four whole batches and a remainder.
    Batches batches() {
      return Tasks.batches(Tasks.quadrants(26, image), 6);
    }
  }

  enum Rule {
    SGD(new Sgd(0.9, true, 1e-3), 0.05),
    ADAM(new Adam(), 0.005);

    private final Recipe recipe;

    Rule(Optimizer optimizer, double lr) {
      recipe = new Recipe(optimizer, lr, Schedule.cosine(4), 4);
    }
  }

  /// A model, its optimiser's memory and the loss of the step that led to it.
  public record Run(Layer model, Optimizer.Memory<Layer> memory, Tensor loss) {}

  private static Run step(Run run, Optimizer optimizer, Batch batch, Tensor lr) {
    Transforms.ValueAndGrad<Layer, Tensor> g =
        Transforms.valueAndGrad(
                (Layer l) -> Losses.crossEntropy(l.apply(batch.x()), batch.labels()))
            .apply(run.model);
    Optimizer.Stepped<Layer> next = optimizer.step(run.model, g.grad(), run.memory, lr);
    return new Run(next.params(), next.memory(), g.value());
  }

  private static DeepEnsemble fit(DeepEnsemble ensemble, Rule rule, Batches batches) {
    Trainer trainer = new Trainer(rule.recipe, Progress.Listener.NONE);
    return trainer.fit(ensemble, batches, EnsembleLoss.MEAN_OVER_ROWS);
  }

  @ParameterizedTest
  @CsvSource({
    "MLP, SGD",
    "MLP, ADAM",
    "LENET, SGD",
    "LENET, ADAM",
    "CONVNET, SGD",
    "CONVNET, ADAM"
  })
  void membersTrainAsTheyWouldAlone(Model model, Rule rule) {
    Batches batches = model.batches();
    List<Layer> alone = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Layer network = Tree.stack(List.of(model.init(KEY.fold(m))));
      alone.add(fit(new DeepEnsemble(network, 1), rule, batches).network());
    }
    Layer expected = Tree.concat(alone);
    DeepEnsemble start = DeepEnsemble.init(KEY, MEMBERS, model::init);
    for (int leaf = 0; leaf < Tree.tensors(expected).size(); leaf++) {
      Tensor before = Tree.tensors(start.network()).get(leaf);
      assertFalse(Expect.same(before, Tree.tensors(expected).get(leaf)), "nothing was learnt");
    }
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () ->
                    Expect.sameLeaves(
                        threads + " threads", expected, fit(start, rule, batches).network())));
  }

  /// The training loop written out: a plain loop over one member's unstacked model, `vmap` and
  /// `pmap`.
  @ParameterizedTest
  @EnumSource
  void loopAndMapAndShardsAndTrainerAgree(Rule rule) {
    Model model = Model.MLP;
    Batches batches = model.batches();
    Optimizer optimizer = rule.recipe.optimizer();
    DeepEnsemble start = DeepEnsemble.init(KEY, MEMBERS, model::init);
    List<Run> loops = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Layer one = model.init(KEY.fold(m));
      loops.add(train(rule, batches, f -> f, new Run(one, optimizer.init(one), Tensor.scalar(0))));
    }
    Run expected = Tree.stack(loops);
    Run stacked =
        Transforms.vmap((Layer l) -> new Run(l, optimizer.init(l), Tensor.scalar(0)))
            .apply(start.network());
    Expect.sameLeaves("vmap", expected, train(rule, batches, f -> Transforms.vmap(f), stacked));
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () ->
                    Expect.sameLeaves(
                        "pmap, " + threads,
                        expected,
                        train(rule, batches, f -> Transforms.pmap(f), stacked))));
    Expect.sameLeaves("trainer", expected.model, fit(start, rule, batches).network());
  }

  private static Run train(
      Rule rule, Batches batches, Function<Function<Run, Run>, Function<Run, Run>> map, Run from) {
    Run run = from;
    Recipe recipe = rule.recipe;
    for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
      for (int i = 0; i < batches.count(); i++) {
        Batch batch = batches.batch(epoch, i);
        double at = epoch + (double) i / batches.count();
        Tensor lr = Tensor.scalar(recipe.rate(0, at));
        run = map.apply((Run r) -> step(r, recipe.optimizer(), batch, lr)).apply(run);
      }
    }
    return run;
  }
}
