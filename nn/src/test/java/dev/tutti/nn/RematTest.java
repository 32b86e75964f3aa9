package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Recomputation changes no bit of a training pass.
class RematTest {
  private static final Key KEY = Key.of(5);

  /// What a pass gives.
  public record Pass(Tensor loss, Layer gradient, List<Tensor> states) {}

  private static Layer block(Key key) {
    return Sequential.of(
        Linear.init(key.fold(0), 4, 6),
        BatchNorm.init(6),
        new Dropout(0.5),
        Activation.GELU,
        Linear.init(key.fold(1), 6, 4));
  }

  private static Pass pass(Layer layer, Tensor x, Ctx ctx) {
    Transforms.ValueAndGrad<Layer, Loss<List<Tensor>>> g =
        Transforms.valueAndGrad(
                (Layer l) -> {
                  Tensor y = l.apply(x, ctx);
                  return new Loss<>(y.mul(y).mul(x).sum(), ctx.states(l));
                })
            .apply(layer);
    return new Pass(g.value().value(), g.grad(), g.value().aux());
  }

  @Test
  void valueGradientAndStateAreTheLayers() {
    Tensor x = new Values(1).normal(7, 4);
    Layer plain = block(KEY);
    Ctx own = Ctx.training(Ctx.training(KEY).nextKey());
    Pass expected = pass(plain, x, own);
    Pass again = pass(new Remat(plain), x, Ctx.training(KEY));
    Expect.sameLeaves("training", expected, again);
  }

  @Test
  void aLayerThatIsUsedTwiceMovesItsStateTwice() {
    Tensor x = new Values(2).normal(7, 4);
    BatchNorm norm = BatchNorm.init(4);
    Ctx plain = Ctx.training(KEY);
    norm.apply(norm.apply(x, plain), plain);
    Remat remat = new Remat(norm);
    Ctx ctx = Ctx.training(KEY);
    remat.apply(remat.apply(x, ctx), ctx);
    Expect.sameLeaves("states", plain.states(norm), ctx.states(remat));
  }
}
