package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerRow;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.Vgg;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Networks whose initial values are not drawn because they are loaded.
class WithoutElementsTest {
  private static final Shape IMAGE = Shape.of(32, 32, 3);

  @TempDir Path folder;

  /// A network's name and how it is made.
  record Row(String name, Function<Key, ? extends Layer> init) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    Stream<Row> models =
        Stream.of(
            new Row("mlp", k -> Mlp.init(k, 12, 9, 5)),
            new Row("lenet", k -> LeNet.init(k, IMAGE, 5)),
            new Row("vgg", k -> Vgg.vgg11().batchNorm(true).width(2).init(k, IMAGE, 5)));
    return Stream.concat(
        models, LayerRow.all().stream().map(row -> new Row(row.name(), row.init())));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theStructureIsTheNetworksAndLoadingFillsIt(Row row) {
    Layer made = row.init.apply(Key.of(1));
    Layer structure = Transforms.shapes((Key k) -> (Layer) row.init.apply(k)).apply(Key.of(2));
    List<Tree.Leaf> expected = Tree.leaves(made);
    List<Tree.Leaf> leaves = Tree.leaves(structure);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).path(), leaves.get(i).path());
      assertEquals(expected.get(i).tensor().shape(), leaves.get(i).tensor().shape());
      assertEquals(expected.get(i).tensor().dtype(), leaves.get(i).tensor().dtype());
    }
    Bits.assertSame(made, StateDict.load(structure, StateDict.of(made)));
    Path file = folder.resolve("checkpoint");
    Checkpoint.write(file, made, Map.of());
    Bits.assertSame(made, Checkpoint.read(file).into(structure));
  }

  @Test
  void nothingIsLeftWithoutElements() {
    Path file = folder.resolve("lenet.safetensors");
    LeNet saved = LeNet.init(Key.of(1), IMAGE, 5);
    Map<String, Tensor> dict = new LinkedHashMap<>(StateDict.of(saved));
    new SafeTensors(dict).write(file);
    LeNet loaded = TorchWeights.load((Key key) -> LeNet.init(key, IMAGE, 5), file);
    Bits.assertSame(saved, loaded);
    Tree.tensors(loaded).forEach(t -> assertTrue(((Array) t).hasElements()));

    dict.remove("fc3.bias");
    new SafeTensors(dict).write(file);
    assertEquals(
        file + ": lacks fc3.bias",
        assertThrows(
                DataError.class,
                () -> TorchWeights.load((Key key) -> LeNet.init(key, IMAGE, 5), file))
            .getMessage());
    LeNet structure = Transforms.shapes((Key key) -> LeNet.init(key, IMAGE, 5)).apply(Key.of(1));
    assertEquals(
        "state dict: lacks fc3.bias, of which the tree has only the shape",
        assertThrows(DataError.class, () -> StateDict.loadPartly(structure, dict)).getMessage());
    assertThrows(ShapeError.class, () -> structure.apply(Tensor.zeros(1, 32, 32, 3)));
    assertThrows(ShapeError.class, () -> Checkpoint.write(file, structure, Map.of()));
  }

  /// 132 million parameters: drawing them takes seconds, and 500 MB.
  @Test
  void aLargeNetworksStructureTakesNoMemory() {
    long before = Mutations.allocated();
    Vgg vgg = Transforms.shapes((Key k) -> Vgg.vgg16().init(k, IMAGE, 1000)).apply(Key.of(1));
    assertTrue(Tree.tensors(vgg).stream().mapToLong(Tensor::size).sum() > 130_000_000);
    assertTrue(Mutations.allocated() - before < 8 << 20);
  }
}
