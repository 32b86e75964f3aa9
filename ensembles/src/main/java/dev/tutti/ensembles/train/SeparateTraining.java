package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Interruption;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.Saved;
import dev.tutti.nn.fit.Score;
import dev.tutti.nn.fit.Scoring;
import dev.tutti.nn.fit.Standing;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.fit.Task;
import dev.tutti.nn.fit.Training;
import dev.tutti.nn.fit.TrainingError;
import dev.tutti.nn.fit.TrainingLoop;
import dev.tutti.nn.io.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Training of independent members, stacked in one network, every tensor `[M, …]`. They are
/// distributed to one shard per thread; a shard takes all steps of a stretch inside one task, with
/// as many members mapped together as fit in the core's cache ([Shards]).
final class SeparateTraining implements Training<Layer> {
  private final Recipe recipe;
  private final Task<Layer> task;
  private final List<Batches> batches; // one for all members, or one each
  private final Progress.Listener listener;
  private final Interruption interruption = new Interruption();
  private final int members;
  private final int together;
  private final Key keys;
  private final boolean[] stopped;
  private final boolean mayDiverge; // one member's loss that is not finite does not end the others

  /// Every member between stretches, with a member axis of 1.
  private final List<Step.State<Layer>> states;

  /// The parameters recorded as a member's best, null for none.
  private final Layer[] best;

  /// What a mapped step takes: the state, and what else differs between members.
  private record Fed(
      Step.State<Layer> state, Key key, List<Tensor> hyper, Tensor lr, Batch batch) {}

  /// What a mapped step gives. All inputs are returned too, so that only the former state is
  /// overwritten ([Vmap#donate]).
  private record Next(Fed fed, Tensor loss, Tensor divisor) {}

  SeparateTraining(Layer stacked, int members, TrainingLoop<?> loop, List<Batches> batches) {
    recipe = loop.recipe();
    listener = loop.listener();
    task = Task.of(recipe.objective());
    this.batches = batches;
    this.members = members;
    mayDiverge = loop.halving() != null;
    recipe.requireFits(members);
    keys = recipe.keys(members);
    stopped = new boolean[members];
    best = new Layer[members];
    together = Shards.together(stacked, members);
    states = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      Step<Layer> step = recipe.rules().of(m).step(task);
      states.add(Transforms.vmap(step::start).apply(Tree.slice(stacked, m, m + 1)));
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
  public Tensor outputs(Tensor x, Ctx ctx) {
    return Transforms.vmap((Layer one) -> one.apply(x, ctx)).apply(current());
  }

  private List<List<int[]>> shards() {
    return Shards.of(IntStream.range(0, members).filter(m -> !stopped[m]).toArray(), together);
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
      Next next = group.step(epoch, i, shared);
      float[] losses = next.loss.toFloats();
      float[] divisors = next.divisor.toFloats();
      for (int k = 0; k < group.of.length; k++) {
        if (!mayDiverge) {
          TrainingError.requireFinite(losses[k], "member " + group.of[k], epoch, i);
        }
        standing.add(group.of[k], losses[k], divisors[k]);
      }
      first = group == groups.getFirst() ? losses[0] : first;
    }
    reportTo.report(new Progress(epoch, recipe.epochs(), i + 1, batches.getFirst().count(), first));
  }

  /// Members that are mapped together for a stretch.
  private final class Group {
    private final int[] of;
    private final Key ownKeys;
    private final List<Tensor> hyper; // what the rules have per member
    private Step.State<Layer> state;
    private boolean own; // whether the state was made here, so that it may be overwritten

    Group(int[] of) {
      this.of = of;
      ownKeys = new Key(gathered(keys.bits()));
      hyper =
          Tree.tensors(recipe.rules()).stream()
              .filter(h -> h.rank() > 0)
              .map(this::gathered)
              .toList();
      state = Tree.concat(each(states::get));
      for (int m : of) {
        states.set(m, null); // the memory is free as soon as the first step is taken
      }
    }

    private Tensor gathered(Tensor perMember) {
      return Tensor.stack(each(perMember::get).toArray(Tensor[]::new));
    }

    private <T> List<T> each(IntFunction<T> f) {
      return IntStream.of(of).mapToObj(f).toList();
    }

    /// Takes one step.
    ///
    /// @param shared the batch that all members see, null if each has its own
    Next step(int epoch, int i, Batch shared) {
      int steps = batches.getFirst().count();
      double at = epoch + (double) i / steps;
      boolean averages = recipe.averages(epoch, i, steps);
      Tensor oneRate = recipe.sharesRate() ? Tensor.scalar(recipe.rate(0, at)) : null;
      Vmap<Fed, Next> step =
          Transforms.vmap((Fed f) -> {
            Step.Taken<Layer> taken =
                rules(f.hyper)
                    .step(task)
                    .take(
                        f.state,
                        shared != null ? shared : f.batch,
                        oneRate != null ? oneRate : f.lr,
                        f.key.fold(epoch).fold(i),
                        averages);
            Fed after = new Fed(taken.state(), f.key, f.hyper, f.lr, f.batch);
            return new Next(after, taken.loss(), taken.divisor());
          });
      Fed fed =
          new Fed(
              state,
              ownKeys,
              hyper,
              oneRate != null ? null : Tensor.stack(rates(at)),
              shared != null ? null : Tree.stack(each(m -> batches.get(m).batch(epoch, i))));
      Next next = (own ? step.donate() : step).apply(fed);
      state = next.fed.state;
      own = true;
      return next;
    }

    private Tensor[] rates(double at) {
      return each(m -> Tensor.scalar(recipe.rate(m, at))).toArray(Tensor[]::new);
    }

    /// Puts the members' states back as views, which are never overwritten: some may be recorded as
    /// best.
    void rest(int epoch, int step) {
      for (int k = 0; k < of.length; k++) {
        Step.State<Layer> one = Tree.slice(state, k, k + 1);
        states.set(of[k], one);
        if (!mayDiverge) {
          TrainingError.requireFinite(one.params(), "member " + of[k], epoch, step);
        }
      }
    }
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
      networks = Tree.concat(IntStream.of(of).mapToObj(m -> states.get(m).judged()).toList());
      scoring = new Scoring(task, of.length, Transforms::vmap, true);
    }

    void see(Batch batch) {
      scoring.see(
          Transforms.vmap((Layer one) -> one.apply(batch.x())).apply(networks), batch.targets());
    }

    void tell(Score[] scores) {
      List<Score> own = scoring.scores();
      for (int k = 0; k < of.length; k++) {
        scores[of[k]] = own.get(k);
      }
    }
  }

  @Override
  public void keep(int part) {
    best[part] = states.get(part).judged();
  }

  @Override
  public void stop(int part) {
    stopped[part] = true;
  }

  @Override
  public Layer result() {
    return stacked(m -> best[m] == null ? states.get(m).judged() : best[m]);
  }

  @Override
  public Layer current() {
    return stacked(m -> states.get(m).judged());
  }

  private Layer stacked(IntFunction<Layer> member) {
    return Tree.concat(IntStream.range(0, members).mapToObj(member).toList());
  }

  @Override
  public Object state(Standing standing) {
    boolean noted = Arrays.stream(best).anyMatch(b -> b != null);
    return saved(noted ? result() : null, standing);
  }

  private Saved<Layer> saved(Layer noted, Standing standing) {
    return Saved.of(Tree.concat(states), noted, keys, recipe.rules(), standing);
  }

  @Override
  public Standing restore(Checkpoint checkpoint) {
    Layer noted = Saved.hasBest(checkpoint) ? current() : null;
    Saved<Layer> saved = saved(noted, new Standing(members)).read(checkpoint);
    Standing standing = Standing.of(saved.standing());
    for (int m = 0; m < members; m++) {
      states.set(m, Tree.slice(saved.state(), m, m + 1));
      best[m] = standing.hasBest(m) ? Tree.slice(saved.best(), m, m + 1) : null;
      stopped[m] = standing.stopped(m);
    }
    return standing;
  }
}
