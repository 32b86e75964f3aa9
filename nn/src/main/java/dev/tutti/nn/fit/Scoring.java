package dev.tutti.nn.fit;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batches;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// The scores of the parts that are validated together, from the batches of a data set one after
/// another.
///
/// The losses of an objective that is a mean ([Objective#isMean]) are summed batch by batch, in
/// float64. Any other is computed once, for the outputs of all rows, which are kept until then.
public final class Scoring {
  /// Outputs that are kept are there twice when they are joined, and the objective makes at least
  /// one more tensor as large.
  private static final int COPIES = 3;

  /// What outputs of a part come to.
  ///
  /// @param right [Score#right], null where targets are not classes
  public record Measured(Tensor loss, Tensor divisor, Tensor right) {}

  private final Task<?> task;
  private final UnaryOperator<Function<Tensor, Measured>> map;
  private final boolean streamed;
  private final int rowAxis;
  private final double[] losses;
  private final double[] divisors;
  private final double[] right;
  private long rows;
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<Tensor> targets = new ArrayList<>();

  /// Scores of nothing yet.
  ///
  /// @param map makes a function of one part's outputs one of all parts' outputs: `vmap`, or the
  ///   function itself
  /// @param mapped whether outputs have an axis of the parts before their own
  public Scoring(
      Task<?> task, int parts, UnaryOperator<Function<Tensor, Measured>> map, boolean mapped) {
    rowAxis = task.rowAxis() + (mapped ? 1 : 0);
    this.task = task;
    this.map = map;
    streamed = task.isMean();
    losses = new double[parts];
    divisors = new double[parts];
    right = new double[parts];
  }

  /// Takes in a batch.
  public void see(Tensor batchOutputs, Tensor batchTargets) {
    if (streamed) {
      add(batchOutputs, batchTargets);
    } else {
      outputs.add(batchOutputs);
      targets.add(batchTargets);
    }
  }

  private void add(Tensor batchOutputs, Tensor batchTargets) {
    Measured measured = map.apply(own -> measured(own, batchTargets)).apply(batchOutputs);
    double[] loss = measured.loss.toDoubles();
    double[] divisor = measured.divisor.toDoubles();
    double[] hits = measured.right == null ? null : measured.right.toDoubles();
    for (int p = 0; p < losses.length; p++) {
      losses[p] += divisor[p] == 0 ? 0 : loss[p] * divisor[p];
      divisors[p] += divisor[p];
      right[p] += hits == null ? Double.NaN : hits[p];
    }
    rows += batchTargets.dim(0);
  }

  private Measured measured(Tensor own, Tensor ownTargets) {
    return new Measured(
        task.loss(own, ownTargets, Ctx.inference()),
        task.divisor(own, ownTargets),
        Score.right(task.scores(own), ownTargets));
  }

  /// {@return the scores of what was seen}
  public List<Score> scores() {
    if (!streamed) {
      Tensor all = joined(rowAxis, outputs);
      add(all, joined(0, targets));
    }
    List<Score> scores = new ArrayList<>();
    for (int p = 0; p < losses.length; p++) {
      scores.add(new Score(losses[p] / divisors[p], right[p] / rows));
    }
    return scores;
  }

  private static Tensor joined(int axis, List<Tensor> parts) {
    Tensor all = Tensor.concat(axis, parts.toArray(Tensor[]::new));
    parts.clear();
    return all;
  }

  /// Checks that outputs that have to be kept fit into memory, by those of the first batch.
  ///
  /// @throws IllegalArgumentException if they do not
  static void requireRoom(boolean isMean, Training<?> training, Batches data) {
    if (!isMean) {
      Tensor x = data.batch(0, 0).x();
      long perRow = training.outputs(x, Ctx.inference()).shape().size() / x.dim(0);
      requireRoom(perRow, data.examples(), Runtime.getRuntime().maxMemory());
    }
  }

  static void requireRoom(long perRow, long rows, long available) {
    long bytes = COPIES * Float.BYTES * perRow * rows;
    if (bytes > available / 4 * 3) {
      throw new IllegalArgumentException(
          ("validation: %d outputs for each of %d rows need %d MB of memory, the JVM may use %d MB"
                  + " in all; validate with fewer rows, raise it with -Xmx, or take an Objective"
                  + " that is a mean (isMean, divisor), of which no outputs are kept")
              .formatted(perRow, rows, bytes >> 20, available >> 20));
    }
  }
}
