package dev.tutti.nn.fit;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tree;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.io.DataError;
import java.util.List;

/// The running statistics of batch normalisation for parameters that training did not have, such as
/// averages.
public final class BatchStatistics {
  private BatchStatistics() {}

  /// {@return `network` with the running statistics of its [BatchNorm] layers replaced by the mean
  /// over the first epoch of `batches`: PyTorch's `swa_utils.update_bn`}
  ///
  /// The pass is a training pass: other running statistics, those of instance normalisation, change
  /// too.
  ///
  /// @param key of random layers
  /// @throws DataError if there is no batch
  /// @throws TrainingError if the last batch has one row, too few for a layer
  public static <N extends Layer> N renew(N network, Batches batches, Key key) {
    if (batches.count() == 0) {
      throw new DataError(batches.data().name() + ": no examples to collect statistics of");
    }
    SmallBatch.requireFits(x -> network.apply(x, Ctx.training(key)), batches);
    N collecting = Tree.replace(network, BatchNorm.class, BatchNorm::collecting);
    for (int i = 0; i < batches.count(); i++) {
      Ctx ctx = Ctx.training(key.fold(i));
      collecting.apply(batches.batch(0, i).x(), ctx);
      collecting = ctx.updated(collecting);
    }
    List<Tree.Leaf> leaves = Tree.leaves(collecting);
    return Ctx.withStates(
        network, leaves.stream().filter(Tree.Leaf::state).map(Tree.Leaf::tensor).toList());
  }
}
