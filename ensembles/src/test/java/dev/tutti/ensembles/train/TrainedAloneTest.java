package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.image.Augment;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.WideResNet;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// An ensemble of four after 20 training steps is, bit for bit, four models trained alone: with
/// augmentation, batch normalisation and its running statistics, dropout, and a learning rate,
/// schedule, hyper-parameters and data of each member's own.
@ResourceLock(Tasks.THREADS)
public class TrainedAloneTest {
  private static final int MEMBERS = 4;
  private static final Key KEY = Key.of(51);
  private static final int CLASSES = 4;

  enum Model {
    MLP(Shape.of(9, 9, 1)),
    LENET(Shape.of(16, 18, 1)),
    CONVNET(Shape.of(8, 8, 1)),
    /// The depth of ResNet-18 and a sixteenth of its width, so that members are mapped in groups.
    RESNET(Shape.of(8, 8, 1)),
    /// Normalisation and dropout between convolutions.
    WIDE_RESNET(Shape.of(8, 9, 1)),
    /// Normalisation, and dropout in the head.
    VGG(Shape.of(8, 8, 1));

    private final Shape image;

    Model(Shape image) {
      this.image = image;
    }

    Layer init(Key key) {
      return switch (this) {
        case MLP -> Mlp.init(key, image.size(), 33, CLASSES);
        case LENET -> LeNet.init(key, image, CLASSES);
        case CONVNET -> ConvNet.init(key, image, CLASSES);
        case RESNET -> resnet18().width(4).init(key, image, CLASSES);
        case WIDE_RESNET -> new WideResNet.Config(10, 2, 4, 0.3).init(key, image, CLASSES);
        case VGG ->
            new Vgg.Config(List.of(1, 1), 4, true, Vgg.Head.IMAGENET, 0.5)
                .init(key, image, CLASSES);
      };
    }

    /// 20 steps are four epochs of four whole batches and a remainder.
    Batches batches() {
      return batches(26, 6, image, 3);
    }

    /// Shuffled and augmented again in each epoch.
    static Batches batches(int examples, int batch, Shape image, int seed) {
      return Batches.of(Tasks.quadrants(examples, image), batch)
          .shuffled(Key.of(seed))
          .transformed(
              Augment.randomCrop(1)
                  .then(Augment.randomHorizontalFlip(0.5))
                  .then(Tasks.normalized()));
    }
  }

  private static ResNet.Config resnet18() {
    return ResNet.resnet18().stem(ResNet.Stem.CIFAR);
  }

  enum Rule {
    SGD(new Recipe(new Sgd(0.9, true, 1e-3), 0.05, Schedule.cosine(4), 4)),
    ADAM(new Recipe(new Adam(), 0.005, Schedule.cosine(4), 4)),
    /// Learning rates, schedules and weight decay of each member's own.
    OWN_SGD(
        new Recipe(new Sgd().momentum(0.9).weightDecay(0, 1e-4, 1e-3, 1e-2), 1, e -> 1, 4)
            .lr(0.05, 0.02, 0.1, 0.05)
            .schedules(
                Schedule.cosine(4),
                Schedule.constant(),
                Schedule.multiStep(0.1, 2),
                Schedule.cosine(4))
            .key(Key.of(12))),
    /// One learning rate, and betas, decoupled decay of weights and keys of each member's own.
    OWN_ADAMW(
        new Recipe(
                new Adam()
                    .beta1(0.9, 0.8, 0.95, 0.5)
                    .decay(path -> path.endsWith("weight"), 0, 0.01, 0.1, 0.5),
                0.005,
                Schedule.cosine(4),
                4)
            .key(Key.of(13).split(MEMBERS)));

    private final Recipe recipe;

    Rule(Recipe recipe) {
      this.recipe = recipe;
    }
  }

  private static DeepEnsemble fit(Recipe recipe, DeepEnsemble ensemble, Batches... batches) {
    return new Trainer(recipe).fit(ensemble, List.of(batches));
  }

  /// {@return members trained each by itself}
  private static Layer alone(Recipe recipe, Function<Key, Layer> init, Batches... batches) {
    List<Layer> alone = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Layer network = Tree.stack(List.of(init.apply(KEY.fold(m))));
      Recipe own = recipe.forMember(m, MEMBERS);
      Batches data = batches.length == 1 ? batches[0] : batches[m];
      alone.add(fit(own, new DeepEnsemble(network, 1), data).network());
    }
    return Tree.concat(alone);
  }

  @ParameterizedTest
  @CsvSource({
    "MLP, SGD",
    "MLP, ADAM",
    "LENET, SGD",
    "LENET, ADAM",
    "CONVNET, SGD",
    "CONVNET, ADAM",
    "MLP, OWN_SGD",
    "LENET, OWN_ADAMW",
    "CONVNET, OWN_SGD",
    "RESNET, OWN_SGD",
    "WIDE_RESNET, OWN_ADAMW",
    "VGG, SGD",
    "VGG, OWN_ADAMW"
  })
  void membersTrainAsTheyWouldAlone(Model model, Rule rule) {
    Batches batches = model.batches();
    Layer expected = alone(rule.recipe, model::init, batches);
    DeepEnsemble start = DeepEnsemble.init(KEY, MEMBERS, model::init);
    requireLearnt(start.network(), expected);
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () ->
                    Expect.sameLeaves(
                        threads + " threads",
                        expected,
                        fit(rule.recipe, start, batches).network())));
  }

  /// Every tensor of every member has changed, running statistics and counts of batches included.
  private static void requireLearnt(Layer before, Layer after) {
    for (int leaf = 0; leaf < Tree.tensors(after).size(); leaf++) {
      Tensor old = Tree.tensors(before).get(leaf);
      Tensor now = Tree.tensors(after).get(leaf);
      for (int m = 0; m < MEMBERS; m++) {
        String what = Tree.leaves(after).get(leaf).path() + " of " + m + " is as it was";
        assertFalse(Expect.same(old.get(m), now.get(m)), what);
      }
    }
  }

  /// What is a member's own matters: with its neighbour's it ends elsewhere.
  @ParameterizedTest
  @EnumSource(names = {"OWN_SGD", "OWN_ADAMW"})
  void whatIsAMembersOwnMatters(Rule rule) {
    Model model = Model.VGG;
    for (int m = 1; m < MEMBERS; m++) {
      DeepEnsemble one = DeepEnsemble.init(KEY, 1, model::init);
      DeepEnsemble first = fit(rule.recipe.forMember(0, MEMBERS), one, model.batches());
      DeepEnsemble other = fit(rule.recipe.forMember(m, MEMBERS), one, model.batches());
      Tensor a = Tree.tensors(first.network()).getFirst();
      assertFalse(Expect.same(a, Tree.tensors(other.network()).getFirst()), "member " + m);
    }
  }

  /// Each member has its own examples, in its own order.
  @Test
  void membersWithDataOfTheirOwnTrainAsTheyWouldAlone() {
    Model model = Model.VGG;
    Batches[] own =
        IntStream.range(0, MEMBERS)
            .mapToObj(m -> Model.batches(26, 6, model.image, 30 + m))
            .toArray(Batches[]::new);
    Recipe recipe = Rule.OWN_SGD.recipe;
    DeepEnsemble start = DeepEnsemble.init(KEY, MEMBERS, model::init);
    Expect.sameLeaves(
        "data of its own", alone(recipe, model::init, own), fit(recipe, start, own).network());
  }

  /// ResNet-18 itself, with 11 million parameters: its first and its last member.
  @Test
  void membersOfFullWidthTrainAsTheyWouldAlone() {
    Shape image = Shape.of(8, 8, 1);
    Batches batches = Model.batches(18, 4, image, 3);
    Recipe recipe = Rule.OWN_SGD.recipe;
    DeepEnsemble start = DeepEnsemble.init(KEY, MEMBERS, k -> resnet18().init(k, image, CLASSES));
    Layer trained = fit(recipe, start, batches).network();
    requireLearnt(start.network(), trained);
    for (int m : new int[] {0, MEMBERS - 1}) {
      DeepEnsemble one = new DeepEnsemble(Tree.slice(start.network(), m, m + 1), 1);
      Layer alone = fit(recipe.forMember(m, MEMBERS), one, batches).network();
      Expect.sameLeaves("member " + m, alone, Tree.slice(trained, m, m + 1));
    }
  }

  /// A model in training: what a step takes and gives, and the loss before the step.
  public record Run(
      Layer model,
      Optimizer.Memory<Layer> memory,
      Optimizer rule,
      Key key,
      Tensor lr,
      Tensor loss) {
    static Run start(Layer model, Optimizer rule, Key key) {
      return new Run(model, rule.init(model), rule, key, Tensor.scalar(0), Tensor.scalar(0));
    }

    Run lr(Tensor rate) {
      return new Run(model, memory, rule, key, rate, loss);
    }

    Run step(Batch batch, int epoch, int i) {
      Transforms.ValueAndGrad<Layer, Loss<List<Tensor>>> g =
          Transforms.valueAndGrad(
                  (Layer l) -> {
                    Ctx ctx = Ctx.training(key.fold(epoch).fold(i));
                    Tensor loss = Losses.crossEntropy(l.apply(batch.x(), ctx), batch.targets());
                    return new Loss<>(loss, ctx.states(l));
                  })
              .apply(model);
      Optimizer.Stepped<Layer> next = rule.step(model, g.grad(), memory, lr);
      Layer stepped = Ctx.withStates(next.params(), g.value().aux());
      return new Run(stepped, next.memory(), rule, key, lr, g.value().value());
    }
  }

  /// The training loop written out: a plain loop over one member's unstacked model, `vmap` and
  /// `pmap`.
  @ParameterizedTest
  @CsvSource({
    "MLP, SGD",
    "MLP, ADAM",
    "RESNET, OWN_SGD",
    "WIDE_RESNET, OWN_ADAMW",
    "VGG, OWN_SGD",
  })
  void loopAndMapAndShardsAndTrainerAgree(Model model, Rule rule) {
    Batches batches = model.batches();
    Recipe recipe = rule.recipe;
    List<Run> loops = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Recipe own = recipe.forMember(m, MEMBERS);
      Optimizer scalar = Tree.map(own.optimizer(), h -> h.reshape());
      Run start = Run.start(model.init(KEY.fold(m)), scalar, new Key(own.key().bits().get(0)));
      loops.add(train(own, batches, f -> f, start, at -> Tensor.scalar(own.rate(0, at))));
    }
    Run expected = Tree.stack(loops);
    DeepEnsemble start = DeepEnsemble.init(KEY, MEMBERS, model::init);
    Run stacked =
        Transforms.vmap((Start s) -> Run.start(s.model, s.rule, s.key))
            .apply(
                new Start(
                    start.network(), recipe.optimizer().forMembers(MEMBERS), recipe.keys(MEMBERS)));
    Function<Double, Tensor> rates = at -> rates(recipe, at);
    Expect.sameLeaves(
        "vmap", expected, train(recipe, batches, f -> Transforms.vmap(f), stacked, rates));
    for (int threads : new int[] {2, 3}) {
      Tasks.withThreads(
          threads,
          () ->
              Expect.sameLeaves(
                  "pmap, " + threads,
                  expected,
                  train(recipe, batches, f -> Transforms.pmap(f), stacked, rates)));
    }
    Expect.sameLeaves("trainer", expected.model, fit(recipe, start, batches).network());
  }

  /// Of what a [Run] is made.
  public record Start(Layer model, Optimizer rule, Key key) {}

  private static Tensor rates(Recipe recipe, double at) {
    float[] rates = new float[MEMBERS];
    for (int m = 0; m < MEMBERS; m++) {
      rates[m] = (float) recipe.rate(m, at);
    }
    return Tensor.of(rates);
  }

  private static Run train(
      Recipe recipe,
      Batches batches,
      Function<Function<Run, Run>, Function<Run, Run>> map,
      Run from,
      Function<Double, Tensor> rate) {
    Run run = from;
    for (int e = 0; e < recipe.epochs(); e++) {
      for (int b = 0; b < batches.count(); b++) {
        int epoch = e;
        int i = b;
        Batch batch = batches.batch(epoch, i);
        double at = epoch + (double) i / batches.count();
        run = map.apply((Run r) -> r.step(batch, epoch, i)).apply(run.lr(rate.apply(at)));
      }
    }
    return run;
  }
}
