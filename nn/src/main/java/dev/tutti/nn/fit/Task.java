package dev.tutti.nn.fit;

import dev.tutti.engine.DType;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.loss.Objective;

/// What is minimised for a model `P`, a network or any other tree: how its outputs come from
/// inputs, and what they cost beside targets.
///
/// It is differentiated and mapped, so it is written in tensor operations, like a layer.
public interface Task<P> {
  /// {@return what the model sees of a batch in a training step: the batch itself, unless it takes
  /// its own choice of rows}
  ///
  /// @param ctx that of the step, with keys
  default Batch seen(P model, Batch batch, Ctx ctx) {
    return batch;
  }

  /// {@return the model's outputs for a batch of inputs, in training for those it has [#seen]}
  Tensor outputs(P model, Tensor x, Ctx ctx);

  /// {@return the loss of these outputs, a scalar}
  ///
  /// @param ctx that of the pass: in training it has keys for random losses
  Tensor loss(Tensor outputs, Tensor targets, Ctx ctx);

  /// {@return how much the batch counts beside others, a scalar ([Objective#divisor])}
  Tensor divisor(Tensor outputs, Tensor targets);

  /// {@return whether the loss of all rows is the mean of the batches' losses, weighted by
  /// [#divisor] ([Objective#isMean])}
  boolean isMean();

  /// {@return the axis of the outputs on which rows are}
  default int rowAxis() {
    return 0;
  }

  /// {@return what classes are read from, `[B, C]`: the largest of a row is its class}
  default Tensor scores(Tensor outputs) {
    return outputs;
  }

  /// Checks that outputs are those of one network.
  ///
  /// @throws ShapeError if labels `[B]` are for outputs that have a member axis
  private static void requireOne(Tensor outputs, Tensor targets) {
    if (targets.dtype() == DType.INT32 && outputs.rank() == targets.rank() + 2) {
      throw new ShapeError(
          "training: outputs %s are of several members for labels %s; an ensemble is trained by a Trainer"
              .formatted(outputs.shape(), targets.shape()));
    }
  }

  /// {@return the task of a network whose outputs go into `objective`}
  static <N extends Layer> Task<N> of(Objective objective) {
    return new Task<>() {
      @Override
      public Tensor outputs(N network, Tensor x, Ctx ctx) {
        return network.apply(x, ctx);
      }

      @Override
      public Tensor loss(Tensor outputs, Tensor targets, Ctx ctx) {
        requireOne(outputs, targets);
        return objective.of(outputs, targets);
      }

      @Override
      public Tensor divisor(Tensor outputs, Tensor targets) {
        return objective.divisor(outputs, targets);
      }

      @Override
      public boolean isMean() {
        return objective.isMean();
      }
    };
  }
}
