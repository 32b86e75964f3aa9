package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Objective;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.io.Checkpoint;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Training of independent members. They are distributed to one shard per thread; a shard takes all
/// steps of a stretch inside one task, with as many members mapped together as fit in the core's
/// cache. No bit of a member depends on the distribution.
final class SeparateTraining implements Training<DeepEnsemble> {
  /// The most parameters of members that are stepped together: with gradients and the optimiser's
  /// memory they fit a core's second cache.
  private static final long CACHED_FLOATS = 1 << 17;

  private final Recipe recipe;
  private final List<Batches> batches; // one for all members, or one each
  private final Progress.Listener listener;
  private final Interruption interruption = new Interruption();
  private final int members;
  private final int together;
  private final Key keys;
  private final boolean[] stopped;

  /// Every member between stretches, with a member axis of 1.
  private final State[] states;

  /// The parameters recorded as a member's best, null for none.
  private final Layer[] best;

  /// What a step replaces, the member axis first.
  private record State(
      Layer network, Optimizer.Memory<Layer> memory, Averaging.Averaged<Layer> average) {
    static State init(Layer network, Recipe.Rules rules) {
      return new State(
          network,
          Transforms.vmap((Layer one) -> rules.optimizer().init(one)).apply(network),
          rules.averaging() == null
              ? null
              : Transforms.vmap((Layer one) -> rules.averaging().init(one)).apply(network));
    }

    /// What is validated and kept.
    Layer judged() {
      return average == null || average.count().toFloats()[0] == 0 ? network : average.params();
    }
  }

  /// What a mapped step takes: the state, and what else differs between members.
  private record Fed(State state, Key key, List<Tensor> hyper, Tensor lr, Batch batch) {}

  /// What a mapped step gives. All inputs are returned too, so that only the former state is
  /// overwritten ([Vmap#donate]).
  private record Next(Fed fed, Tensor loss, Tensor divisor) {}

  /// Losses of a batch and how much it counts, an entry per member.
  private record Losses(float[] values, float[] divisors) {}

  /// All of it in a file.
  private record Saved(
      Layer network,
      Optimizer.Memory<Layer> memory,
      Averaging.Averaged<Layer> average,
      Layer best,
      Key keys,
      Recipe.Rules rules,
      Standing.Saved standing) {}

  SeparateTraining(
      DeepEnsemble start, Recipe recipe, List<Batches> batches, Progress.Listener listener) {
    this.recipe = recipe;
    this.batches = batches;
    this.listener = listener;
    members = start.members();
    recipe.requireFits(members);
    keys = recipe.keys(members);
    stopped = new boolean[members];
    states = new State[members];
    best = new Layer[members];
    long floats =
        Tree.tensors(start.network()).stream().mapToLong(t -> t.shape().size()).sum() / members;
    together = (int) Math.clamp(CACHED_FLOATS / Math.max(1, floats), 1, members);
    for (int m = 0; m < members; m++) {
      Layer network = Tree.slice(start.network(), m, m + 1);
      states[m] = State.init(network, recipe.rules().of(m));
    }
  }

  @Override
  public String kind() {
    return "members apart";
  }

  @Override
  public int parts() {
    return members;
  }

  @Override
  public void run(int epoch, int from, int to, Standing standing) {
    Halt halt = new Halt();
    List<List<int[]>> shards = shards();
    Parallel.run(
        shards.size(),
        s -> {
          List<Group> groups = shards.get(s).stream().map(Group::new).toList();
          for (int i = from; i < to && !halt.before(i) && !interruption.asked(); i++) {
            try {
              step(groups, epoch, i, standing, s == 0 ? listener : Progress.Listener.NONE);
            } catch (RuntimeException e) {
              if (!interruption.causes(e)) {
                halt.at(i, groups.getFirst().of[0], e);
              }
            }
          }
          if (!halt.before(to)) {
            groups.forEach(group -> group.rest(epoch, to - 1));
          }
        });
    halt.raise();
  }

  private void step(
      List<Group> groups, int epoch, int i, Standing standing, Progress.Listener reportTo) {
    float first = Float.NaN;
    Batch shared = batches.size() == 1 ? batches.getFirst().batch(epoch, i) : null;
    for (Group group : groups) {
      Losses losses = group.step(epoch, i, shared);
      for (int k = 0; k < group.of.length; k++) {
        int member = group.of[k];
        TrainingError.requireFinite(losses.values[k], "member " + member, epoch, i);
        standing.add(member, losses.values[k], losses.divisors[k]);
      }
      first = group == groups.getFirst() ? losses.values[0] : first;
    }
    reportTo.report(new Progress(epoch, recipe.epochs(), i + 1, batches.getFirst().count(), first));
  }

  /// The members in training, in groups that are mapped together, by shard.
  private List<List<int[]>> shards() {
    int[] active = IntStream.range(0, members).filter(m -> !stopped[m]).toArray();
    int count = Math.min(active.length, Parallel.threads());
    List<List<int[]>> shards = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int end = active.length * (s + 1) / count;
      List<int[]> groups = new ArrayList<>();
      for (int at = active.length * s / count; at < end; at += together) {
        groups.add(Arrays.copyOfRange(active, at, Math.min(end, at + together)));
      }
      shards.add(groups);
    }
    return shards;
  }

  /// Members that are mapped together for a stretch.
  private final class Group {
    private final int[] of;
    private final Key ownKeys;
    private final List<Tensor> hyper; // what the rules have per member
    private State state;
    private boolean own; // whether the state was made here, so that it may be overwritten

    Group(int[] of) {
      this.of = of;
      ownKeys = new Key(gathered(keys.bits()));
      hyper =
          Tree.tensors(recipe.rules()).stream()
              .filter(h -> h.rank() > 0)
              .map(this::gathered)
              .toList();
      state = Tree.concat(IntStream.of(of).mapToObj(m -> states[m]).toList());
      for (int m : of) {
        states[m] = null; // the memory is free as soon as the first step is taken
      }
    }

    private Tensor gathered(Tensor perMember) {
      return Tensor.stack(IntStream.of(of).mapToObj(perMember::get).toArray(Tensor[]::new));
    }

    /// Takes one step.
    ///
    /// @param shared the batch that all members see, null if each has its own
    /// @return the losses before it
    Losses step(int epoch, int i, Batch shared) {
      double at = epoch + (double) i / batches.getFirst().count();
      boolean oneRate = recipe.sharesRate();
      Tensor rate = oneRate ? Tensor.scalar(recipe.rate(0, at)) : rates(at);
      boolean taken = recipe.averages(epoch, i, batches.getFirst().count());
      boolean oneBatch = shared != null;
      Batch batch = oneBatch ? shared : Tree.stack(each(m -> batches.get(m).batch(epoch, i)));
      Vmap<Fed, Next> step =
          Transforms.vmap((Fed f) ->
              stepped(
                  f,
                  oneBatch ? batch : f.batch,
                  oneRate ? rate : f.lr,
                  f.key.fold(epoch).fold(i),
                  taken));
      Next next =
          (own ? step.donate() : step)
              .apply(
                  new Fed(state, ownKeys, hyper, oneRate ? null : rate, oneBatch ? null : batch));
      state = next.fed.state;
      own = true;
      return new Losses(next.loss.toFloats(), next.divisor.toFloats());
    }

    private Tensor rates(double at) {
      float[] rates = new float[of.length];
      for (int k = 0; k < of.length; k++) {
        rates[k] = (float) recipe.rate(of[k], at);
      }
      return Tensor.of(rates);
    }

    private <T> List<T> each(IntFunction<T> f) {
      return IntStream.of(of).mapToObj(f).toList();
    }

    /// Puts the members' states back as views, which are never overwritten: some may be recorded as
    /// best.
    void rest(int epoch, int step) {
      for (int k = 0; k < of.length; k++) {
        states[of[k]] = Tree.slice(state, k, k + 1);
        TrainingError.requireFinite(states[of[k]].network, "member " + of[k], epoch, step);
      }
    }
  }

  /// One member's step.
  private Next stepped(Fed fed, Batch batch, Tensor lr, Key key, boolean taken) {
    State state = fed.state;
    Transforms.ValueAndGrad<Layer, Loss<Passed>> g =
        Transforms.valueAndGrad(
                (Layer one) -> {
                  Ctx ctx = Ctx.training(key);
                  Tensor output = one.apply(batch.x(), ctx);
                  Objective objective = recipe.objective();
                  Tensor divisor = objective.divisor(output, batch.labels());
                  return new Loss<>(
                      objective.of(output, batch.labels()), new Passed(ctx.states(one), divisor));
                })
            .apply(state.network);
    Recipe.Rules rules = rules(fed.hyper);
    Optimizer.Stepped<Layer> next =
        rules.optimizer().step(state.network, g.grad(), state.memory, lr);
    Layer network = Ctx.withStates(next.params(), g.value().aux().states());
    Averaging.Averaged<Layer> average =
        taken ? rules.averaging().update(state.average, network) : state.average;
    State after = new State(network, next.memory(), average);
    return new Next(
        new Fed(after, fed.key, fed.hyper, fed.lr, fed.batch),
        g.value().value(),
        g.value().aux().divisor());
  }

  /// The rules with a member's own hyper-parameters in the place of `[M]`.
  private Recipe.Rules rules(List<Tensor> hyper) {
    Iterator<Tensor> own = hyper.iterator();
    return hyper.isEmpty()
        ? recipe.rules()
        : Tree.map(recipe.rules(), h -> h.rank() > 0 ? own.next() : h);
  }

  @Override
  public Score[] scores(Batches data) {
    Score[] scores = new Score[members];
    List<List<int[]>> shards = shards();
    Parallel.run(
        shards.size(),
        s -> {
          List<Judged> groups = shards.get(s).stream().map(Judged::new).toList();
          for (int i = 0; i < data.count(); i++) {
            if (interruption.asked()) {
              return;
            }
            Batch batch = data.batch(0, i);
            groups.forEach(group -> group.see(batch));
          }
          groups.forEach(group -> group.tell(scores));
        });
    return scores;
  }

  /// Members that are validated together.
  private final class Judged {
    private final int[] of;
    private final Layer networks;
    private final Scoring scoring;

    Judged(int[] of) {
      this.of = of;
      networks = Tree.concat(IntStream.of(of).mapToObj(m -> states[m].judged()).toList());
      scoring = new Scoring(recipe.objective(), of.length, SeparateTraining.this::measured);
    }

    void see(Batch batch) {
      Tensor outputs = Transforms.vmap((Layer one) -> one.apply(batch.x())).apply(networks);
      scoring.see(outputs, batch.labels());
    }

    void tell(Score[] scores) {
      List<Score> own = scoring.scores();
      for (int k = 0; k < of.length; k++) {
        scores[of[k]] = own.get(k);
      }
    }
  }

  private Scoring.Measured measured(Tensor outputs, Tensor targets) {
    Objective objective = recipe.objective();
    return Transforms.vmap((Tensor output) ->
            new Scoring.Measured(
                objective.of(output, targets),
                objective.divisor(output, targets),
                Score.right(output, targets)))
        .apply(outputs);
  }

  @Override
  public void keep(int part) {
    best[part] = states[part].judged();
  }

  @Override
  public void stop(int part) {
    stopped[part] = true;
  }

  @Override
  public DeepEnsemble result() {
    return ensemble(m -> best[m] == null ? states[m].judged() : best[m]);
  }

  @Override
  public DeepEnsemble current() {
    return ensemble(m -> states[m].judged());
  }

  private DeepEnsemble ensemble(IntFunction<Layer> member) {
    return new DeepEnsemble(
        Tree.concat(IntStream.range(0, members).mapToObj(member).toList()), members);
  }

  @Override
  public Object state(Standing standing) {
    boolean noted = Arrays.stream(best).anyMatch(b -> b != null);
    return saved(noted ? result().network() : null, standing);
  }

  private Saved saved(Layer best, Standing standing) {
    State all = Tree.concat(List.of(states));
    return new Saved(
        all.network, all.memory, all.average, best, keys, recipe.rules(), standing.saved());
  }

  @Override
  public Standing restore(Checkpoint checkpoint) {
    Layer noted = Training.holdsBest(checkpoint) ? current().network() : null;
    Saved now = saved(noted, new Standing(members));
    Saved saved = checkpoint.into(now);
    Training.requireSame(checkpoint, "recipe", now.rules, saved.rules);
    Training.requireSame(checkpoint, "key", now.keys, saved.keys);
    Standing standing = Standing.of(saved.standing);
    for (int m = 0; m < members; m++) {
      states[m] = Tree.slice(new State(saved.network, saved.memory, saved.average), m, m + 1);
      best[m] = standing.bestEpoch[m] < 0 ? null : Tree.slice(saved.best, m, m + 1);
      stopped[m] = standing.stopped(m);
    }
    return standing;
  }
}
