package dev.tutti.ensembles.train;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import java.util.Arrays;

/// What an ensemble says of itself, held against what it does: one of a user's own may be wrong.
final class Checked {
  private Checked() {}

  /// {@return predicted logits, which have the members and the rows that they should}
  static Tensor logits(Ensemble ensemble, Tensor x) {
    Tensor logits = ensemble.logits(x);
    boolean fits =
        logits.rank() >= 2 && logits.dim(0) == ensemble.members() && logits.dim(1) == x.dim(0);
    if (!fits) {
      throw new ShapeError(
          "%s: says it has %d members; of %d rows its logits are %s, not [%d, %d, …]"
              .formatted(
                  ensemble.getClass().getSimpleName(),
                  ensemble.members(),
                  x.dim(0),
                  logits.shape(),
                  ensemble.members(),
                  x.dim(0)));
    }
    return logits;
  }

  /// Checks an ensemble before it is trained, on the first row.
  static void require(Ensemble ensemble, Batches batches) {
    Tensor row = batches.batch(0, 0).x().slice(0, 0, 1);
    Tensor logits = logits(ensemble, row);
    if (ensemble.independent()) {
      Tensor mapped = Transforms.vmap((Layer one) -> one.apply(row)).apply(ensemble.network());
      if (!Arrays.equals(logits.toFloats(), mapped.toFloats())) {
        throw new ShapeError(
            "%s: says that its members are independent, but its logits are not those of its network"
                    .formatted(ensemble.getClass().getSimpleName())
                + " mapped over members, by which they would be trained");
      }
    }
  }
}
