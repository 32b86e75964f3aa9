package dev.tutti.nn.fit;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import java.util.Arrays;
import java.util.List;

/// How to train: the optimiser, the base learning rate, its schedule, the number of epochs, what is
/// minimised, and the random key of layers such as dropout.
///
/// Many values may differ between members: the learning rate and the schedule are lists of one
/// value for all or of one per member, hyper-parameters of the optimiser are scalars or `[M]`, and
/// the key is one from which every member gets its own child, or one per member. Member `m` then
/// trains, bit for bit, as a single network would with [#forMember].
///
/// {@snippet :
/// Recipe recipe =
///     new Recipe(Adam.w(0.01), 0.003, Schedule.cosine(10), 10)
///         .lr(0.001, 0.003, 0.01)
///         .objective((logits, y) -> Losses.focal(logits, y, 2, null, Reduction.MEAN));
/// }
///
/// @param optimizer the rule of a step
/// @param lr base learning rates: one, or one per member
/// @param schedules factors on them: one, or one per member
/// @param epochs how often training goes over the data
/// @param objective what is minimised, on each batch
/// @param key the key of random layers: `[2]`, or one per member, `[M, 2]`
/// @param averaging which average of the parameters is validated and returned in their place; null
///   for none
public record Recipe(
    Optimizer optimizer,
    List<Double> lr,
    List<Schedule> schedules,
    int epochs,
    Objective objective,
    Key key,
    WeightAveraging averaging) {
  /// Checks the ranges.
  public Recipe {
    lr = List.copyOf(lr);
    schedules = List.copyOf(schedules);
    for (double rate : lr) {
      if (!((float) rate > 0) || Double.isInfinite(rate)) {
        throw new IllegalArgumentException(
            "recipe: the learning rate must be positive, got "
                + rate
                + (lr.size() == 1 ? "" : " for member " + lr.indexOf(rate)));
      }
    }
    if (epochs < 0) {
      throw new IllegalArgumentException("recipe: epochs must not be negative, got " + epochs);
    }
    if (lr.isEmpty() || schedules.isEmpty()) {
      throw new IllegalArgumentException(
          "recipe: needs a learning rate and a schedule, one for all or one per member");
    }
  }

  /// Cross-entropy, with one learning rate and schedule for all members.
  public Recipe(Optimizer optimizer, double lr, Schedule schedule, int epochs) {
    this(optimizer, List.of(lr), List.of(schedule), epochs, new CrossEntropy(), Key.of(0), null);
  }

  /// {@return the recipe with which member m trains as a single network does with `each` m: what
  /// differs between them are numbers}
  ///
  /// @throws IllegalArgumentException if they differ in anything but rates, schedules, keys and
  ///   hyper-parameters
  public static Recipe together(List<Recipe> each) {
    Recipe first = each.getFirst();
    for (Recipe other : each) {
      other.requireOneOfEach();
      boolean same =
          other.epochs == first.epochs
              && other.objective.equals(first.objective)
              && (other.averaging == null) == (first.averaging == null);
      if (!same || other.averaging != null) {
        throw new IllegalArgumentException(
            "recipe: members that train together have the same epochs and objective, and no average");
      }
    }
    return new Recipe(
        Tree.stack(each.stream().map(Recipe::optimizer).toList()),
        each.stream().map(r -> r.lr.getFirst()).toList(),
        each.stream().map(r -> r.schedules.getFirst()).toList(),
        first.epochs,
        first.objective,
        new Key(Tensor.stack(each.stream().map(r -> r.key.bits()).toArray(Tensor[]::new))),
        null);
  }

  /// {@return this recipe with other base learning rates: one, or one per member}
  public Recipe lr(double... perMember) {
    List<Double> rates = Arrays.stream(perMember).boxed().toList();
    return new Recipe(optimizer, rates, schedules, epochs, objective, key, averaging);
  }

  /// {@return this recipe with other schedules: one, or one per member}
  public Recipe schedules(Schedule... perMember) {
    return new Recipe(optimizer, lr, List.of(perMember), epochs, objective, key, averaging);
  }

  /// {@return this recipe minimising something else}
  public Recipe objective(Objective o) {
    return new Recipe(optimizer, lr, schedules, epochs, o, key, averaging);
  }

  /// {@return this recipe with another key for random layers}
  public Recipe key(Key k) {
    return new Recipe(optimizer, lr, schedules, epochs, objective, k, averaging);
  }

  /// {@return this recipe with an average of the parameters as its result}
  public Recipe averaging(WeightAveraging a) {
    return new Recipe(optimizer, lr, schedules, epochs, objective, key, a);
  }

  /// {@return the recipe with which a single network trains as member `member` of `members` does:
  /// its rate, schedule, hyper-parameters and key}
  public Recipe forMember(int member, int members) {
    requireFits(members);
    return new Recipe(
        rules().of(member).optimizer,
        List.of(lr.size() == 1 ? lr.getFirst() : lr.get(member)),
        List.of(schedules.size() == 1 ? schedules.getFirst() : schedules.get(member)),
        epochs,
        objective,
        new Key(keys(members).bits().slice(0, member, member + 1)),
        averaging == null
            ? null
            : new WeightAveraging(
                rules().of(member).averaging, averaging.fromEpoch(), averaging.everyStep()));
  }

  /// What has hyper-parameters, scalars or `[M]`: the optimiser and the average, null for none.
  public record Rules(Optimizer optimizer, Averaging averaging) {
    /// {@return the rules with a member's own hyper-parameters}
    public Rules of(int member) {
      return Tree.map(this, h -> h.rank() == 0 ? h : h.get(member));
    }

    /// {@return the step of these rules for `task`}
    public <P> Step<P> step(Task<P> task) {
      return new Step<>(optimizer, averaging, task);
    }
  }

  /// {@return the rules, with what they have per member as `[M]`}
  public Rules rules() {
    return new Rules(optimizer, averaging == null ? null : averaging.rule());
  }

  /// {@return whether the average takes in the model after a step}
  public boolean averages(int epoch, int step, int steps) {
    return averaging != null
        && epoch >= averaging.fromEpoch()
        && (averaging.everyStep() || step == steps - 1);
  }

  /// {@return the members' keys, `[M, 2]`}
  public Key keys(int members) {
    return key.bits().rank() == 1 ? key.split(members) : key;
  }

  /// {@return the learning rate of a member at a fractional epoch}
  public double rate(int member, double epoch) {
    Schedule schedule = schedules.size() == 1 ? schedules.getFirst() : schedules.get(member);
    double rate = (lr.size() == 1 ? lr.getFirst() : lr.get(member)) * schedule.factor(epoch);
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      String whose = sharesRate() ? "" : " for member " + member;
      throw new IllegalArgumentException(
          "recipe: the schedule makes the learning rate " + rate + whose + " at epoch " + epoch);
    }
    return rate;
  }

  /// {@return whether all members have one learning rate at all times}
  public boolean sharesRate() {
    return lr.size() == 1 && schedules.size() == 1;
  }

  /// Checks that nothing is given per member, for members that are stepped together.
  public void requireOneOfEach() {
    try {
      requireFits(1);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "recipe: members that are stepped together take one rate, schedule, key and value of each"
              + " hyper-parameter",
          e);
    }
  }

  /// Checks that what is given per member is given for this many.
  public void requireFits(int members) {
    require(lr.size() == 1 || lr.size() == members, lr.size(), "learning rates", members);
    int given = schedules.size();
    require(given == 1 || given == members, given, "schedules", members);
    if (key.bits().rank() == 2) {
      require(key.bits().dim(0) == members, key.bits().dim(0), "keys", members);
    }
    for (Tree.Leaf hyper : Tree.leaves(rules())) {
      if (hyper.tensor().rank() > 0) {
        int values = hyper.tensor().dim(0);
        require(values == members, values, "values of " + hyper.path(), members);
      }
    }
  }

  private static void require(boolean fits, int given, String what, int members) {
    if (!fits) {
      throw new IllegalArgumentException(
          "recipe: %d %s for %d %s; give one for all or one each"
              .formatted(given, what, members, members == 1 ? "member" : "members"));
    }
  }
}
