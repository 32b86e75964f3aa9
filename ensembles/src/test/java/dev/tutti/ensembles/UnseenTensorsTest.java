package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.optim.Sgd;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Networks with a part whose tensors no one sees: an error at every door, not a smaller network.
class UnseenTensorsTest {
  private static final Key KEY = Key.of(3);

  /// A layer written as a class.
  private static final class Hidden implements Layer {
    private final Linear inner;

    Hidden(Key key) {
      inner = Linear.init(key, 32, 32);
    }

    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return inner.apply(x, ctx).relu();
    }
  }

  private static Sequential around(Key key, Layer middle) {
    return Sequential.of(
        Linear.init(key.fold(0), 784, 32), middle, Linear.init(key.fold(1), 32, 10));
  }

  private static Layer capturing(Key key) {
    Linear inner = Linear.init(key, 32, 32);
    return (x, ctx) -> inner.apply(x, ctx);
  }

  @Test
  void everyDoorNamesThePart() {
    List<Function<Key, Layer>> middles = List.of(Hidden::new, UnseenTensorsTest::capturing);
    for (Function<Key, Layer> middle : middles) {
      Sequential net = around(KEY, middle.apply(KEY));
      Sgd sgd = new Sgd().momentum(0.9);
      Tensor rate = Tensor.scalar(0.1);
      Sequential whole = around(KEY, Linear.init(KEY, 32, 32));
      refused(net::parameterCount);
      refused(() -> Tree.leaves(net));
      refused(() -> Tree.map(net, t -> t));
      refused(() -> StateDict.of(net));
      refused(() -> StateDict.load(net, StateDict.of(whole)));
      refused(() -> sgd.init(net));
      refused(() -> sgd.step(net, net, sgd.init(whole), rate));
      refused(() -> DeepEnsemble.init(KEY, 2, k -> around(k, middle.apply(k))));
      refused(() -> DeepEnsemble.of(net, net));
      refused(() -> new DeepEnsemble(net, 2).logits(Tensor.zeros(1, 784)));
      refused(() -> new DeepEnsemble(net, 2).parameterCount());
      refused(() -> BatchEnsemble.convert(KEY, net, 2));
    }
  }

  private static void refused(Executable door) {
    ShapeError e = assertThrows(ShapeError.class, door);
    String text = e.getMessage();
    int at = text.indexOf("1 is a ");
    assertEquals(true, text.startsWith("tree: ") && at > 0, text);
    assertEquals(true, text.contains("UnseenTensorsTest"), text);
    assertEquals(true, text.contains("make it a record"), text);
  }

  @Test
  void layersWithoutTensorsStayAllowed() {
    double slope = 0.1;
    Layer leaky = (x, ctx) -> x.maximum(x.mul(slope));
    Layer relu = (x, ctx) -> x.relu();
    for (Layer middle : List.of(leaky, relu)) {
      assertEquals(25_450, around(KEY, middle).parameterCount());
      DeepEnsemble four = DeepEnsemble.init(KEY, 4, k -> around(k, middle));
      assertEquals(4 * 25_450, four.parameterCount());
      assertEquals(3, four.logits(Tensor.zeros(5, 784)).rank());
    }
  }
}
