package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.stream.IntStream;

/// Which rows of a training batch each member sees. A prediction is for all rows by all members.
@FunctionalInterface
public interface Rows {
  /// All members see the whole batch: what torch-uncertainty calls repeating the training inputs.
  Rows ALL =
      (batch, members, key) ->
          Tensor.arange(batch).reshape(1, batch).expand(Shape.of(members, batch));

  /// Each member sees a share of the batch, of `⌈B / M⌉` rows that follow one another: the cost of
  /// one network. If M does not divide B, shares overlap by single rows.
  Rows PARTITION =
      (batch, members, key) -> {
        int share = Math.ceilDiv(batch, members);
        int[] rows = new int[members * share];
        for (int m = 0; m < members; m++) {
          int from = members == 1 ? 0 : (int) ((long) m * (batch - share) / (members - 1));
          for (int r = 0; r < share; r++) {
            rows[m * share + r] = from + r;
          }
        }
        return Tensor.of(rows, members, share);
      };

  /// {@return the rows of a batch of `batch` rows, int32 `[M, R]`}
  ///
  /// @param key new in every step
  Tensor of(int batch, int members, Key key);

  /// {@return MIMO's rows (Havasi et al., *Training independent subnetworks for robust prediction*,
  /// 2021): every member sees the batch, `repeats` times, in an order of its own, except for a
  /// share `rho` at the end, in which all members see the same rows}
  ///
  /// @param rho in [0, 1]: 0 pairs rows at random, with 1 all members see the same
  /// @param repeats at least 1
  static Rows mimo(double rho, int repeats) {
    if (!(rho >= 0 && rho <= 1) || repeats < 1) {
      throw new IllegalArgumentException(
          "mimo: rho must be in [0, 1] and the repeats at least 1, got %s and %d"
              .formatted(rho, repeats));
    }
    return (batch, members, key) -> {
      int rows = batch * repeats;
      int apart = (int) (rows * (1 - rho));
      int[] repeated = IntStream.range(0, rows).map(r -> r / repeats).toArray();
      Tensor order = Tensor.of(repeated).take(0, key.fold(0).permutation(rows));
      Tensor common = order.slice(0, apart, rows);
      Tensor[] each = new Tensor[members];
      for (int m = 0; m < members; m++) {
        Tensor own = order.slice(0, 0, apart).take(0, key.fold(1 + m).permutation(apart));
        each[m] = Tensor.concat(0, own, common);
      }
      return Tensor.stack(each);
    };
  }
}
