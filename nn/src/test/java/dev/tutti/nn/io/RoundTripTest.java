package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What goes into a file comes out of it with the same bits: any tree, and every layer and model.
class RoundTripTest {
  @TempDir static Path folder;

  /// jqwik does not know [TempDir].
  private static Path scratch;

  @BeforeContainer
  static void makeScratch() throws IOException {
    scratch = Files.createTempFile("tutti", ".safetensors");
  }

  @AfterContainer
  static void dropScratch() throws IOException {
    Files.deleteIfExists(scratch);
  }

  /// A part of a tree.
  public record Node(Object left, Tensor middle, String note, Object right) {}

  private static Object tree(Random random, int depth) {
    if (depth == 0) {
      return tensor(random);
    }
    return switch (random.nextInt(5)) {
      case 0 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(tree(random, depth - 1));
        }
        yield list;
      }
      case 1 -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(random.nextBoolean() ? "key" + i : "é\n\"" + i, tree(random, depth - 1));
        }
        yield map;
      }
      case 2 -> tensor(random);
      default ->
          new Node(
              tree(random, depth - 1),
              random.nextBoolean() ? tensor(random) : null,
              "note",
              random.nextBoolean() ? tree(random, depth - 1) : null);
    };
  }

  /// Elements of any bits: NaN payloads, infinities, subnormals.
  private static Tensor tensor(Random random) {
    int[] dims = new int[random.nextInt(4)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = random.nextInt(4);
    }
    Shape shape = Shape.of(dims);
    int[] bits = random.ints(shape.size()).toArray();
    return switch (random.nextInt(3)) {
      case 0 -> {
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
          values[i] = Float.intBitsToFloat(bits[i]);
        }
        yield Array.wrap(values, shape);
      }
      case 1 -> {
        double[] values = new double[bits.length];
        for (int i = 0; i < bits.length; i++) {
          values[i] = Double.longBitsToDouble(random.nextLong());
        }
        yield Array.wrap(values, shape);
      }
      default -> Array.wrap(bits, shape);
    };
  }

  private static <T> T zeros(T tree) {
    return Tree.map(tree, t -> Tensor.full(t.dtype(), 0, t.shape()));
  }

  @Property(tries = 60)
  void checkpointsKeepTheBitsOfAnyTree(@ForAll Random random) {
    Object tree = tree(random, 3);
    Checkpoint.write(scratch, tree, Map.of("seed", "x"));
    Bits.assertSame(tree, Checkpoint.read(scratch).into(zeros(tree)));
  }

  @Property(tries = 40)
  void numPyFilesKeepTheBitsOfAnyTensors(@ForAll Random random) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      tensors.put("array" + i, tensor(random));
    }
    if (random.nextBoolean()) {
      Npz.write(scratch, tensors);
    } else {
      Npz.writeCompressed(scratch, tensors);
    }
    Bits.assertSame(tensors, Npz.read(scratch));
  }

  static List<LayerRow> layers() {
    return LayerRow.all();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void stateDictsKeepTheBitsOfEveryLayer(LayerRow row) {
    Layer layer = row.init().apply(Key.of(3));
    Map<String, Tensor> dict = StateDict.of(layer);
    assertEquals(Tree.leaves(layer).size(), dict.size());
    Bits.assertSame(layer, StateDict.load(zeros(layer), dict));
  }

  @Test
  void checkpointsKeepTheBitsOfEveryEnsemble() {
    Map<String, Layer> ensembles = new LinkedHashMap<>();
    for (LayerRow row : layers()) {
      Layer two = Transforms.vmap((Key k) -> row.init().apply(k)).apply(Key.of(3).split(2));
      ensembles.put(row.name(), two);
    }
    Path file = folder.resolve("ensembles.safetensors");
    Checkpoint.write(file, ensembles, Map.of());
    Bits.assertSame(ensembles, Checkpoint.read(file).into(zeros(ensembles)));
  }

  /// The types of elements that tensors have are those that files are written in.
  @ParameterizedTest
  @MethodSource("types")
  void everyTypeIsWrittenAsItself(DType type) {
    assertEquals(type, ElementType.of(type).dtype());
    assertEquals(type.bytes(), ElementType.of(type).bytes());
  }

  static DType[] types() {
    return DType.values();
  }
}
