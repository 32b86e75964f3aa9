package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path folder;

  /// What a training run holds.
  public record State(Layer network, Optimizer.Memory<Layer> memory, Key key, Tensor done) {
    static State of(long seed) {
      Key key = Key.of(seed);
      Layer network = LeNet.init(key, Shape.of(16, 16, 3), 5);
      Optimizer adam = new Adam();
      Layer grads = Tree.map(network, t -> key.fold(9).normal(t.size()).reshape(t.shape()));
      Optimizer.Stepped<Layer> next =
          adam.step(network, grads, adam.init(network), Tensor.scalar(0.01));
      return new State(next.params(), next.memory(), key, Tensor.of(new int[] {(int) seed, -1}));
    }
  }

  @Test
  void aTrainingStateComesBackBitForBit() {
    Path file = folder.resolve("state.safetensors");
    State state = State.of(3);
    Checkpoint.write(file, state, Map.of("epoch", "3", "step", "120"));
    Checkpoint saved = Checkpoint.read(file);
    assertEquals(Map.of("epoch", "3", "step", "120"), saved.about());
    assertEquals(file, saved.file());
    Bits.assertSame(state, saved.into(State.of(4)));
  }

  @Test
  void namesAndLayoutsOfTheNetworkArePyTorchs() {
    Path file = folder.resolve("state.safetensors");
    State state = State.of(3);
    Checkpoint.write(file, state, Map.of());
    SafeTensors read = SafeTensors.read(file);
    StateDict.of(state.network())
        .forEach(
            (name, tensor) -> Bits.assertSame(tensor, read.tensors().get("network." + name), name));
    assertEquals(Shape.of(84, 120), read.tensors().get("memory.moments.1.fc2.weight").shape());
    assertEquals(Map.of("format", "pt", "tutti.checkpoint", "1"), read.metadata());
  }

  @Test
  void everyBitOfEveryTypeIsKept() {
    float[] floats = {
      -0f,
      Float.intBitsToFloat(0x7fc00001),
      Float.intBitsToFloat(0xff800001), // a signalling NaN
      Float.MIN_VALUE,
      Float.NEGATIVE_INFINITY
    };
    double[] doubles = {
      -0.0,
      Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
      Double.longBitsToDouble(0xfff8_dead_beef_0001L)
    };
    Map<String, Object> tree =
        Map.of(
            "f",
            Tensor.of(floats),
            "d",
            List.of(Tensor.of(doubles, 3, 1), Tensor.full(DType.FLOAT64, 2, Shape.SCALAR)),
            "i",
            Tensor.of(new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}, 2, 2),
            "empty",
            Tensor.zeros(3, 0));
    Path file = folder.resolve("bits");
    Checkpoint.write(file, tree, Map.of());
    Bits.assertSame(tree, Checkpoint.read(file).into(tree));
  }

  @Test
  void aLoneTensorIsATree() {
    Path file = folder.resolve("one");
    Checkpoint.write(file, Tensor.of(1, 2), Map.of());
    Bits.assertSame(Tensor.of(1, 2), Checkpoint.read(file).into(Tensor.zeros(2)), "it");
  }

  @Test
  void equalStatesAreEqualBytes() throws IOException {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("b", "1");
    about.put("a", "2");
    Checkpoint.write(folder.resolve("one"), State.of(3), about);
    Checkpoint.write(folder.resolve("two"), State.of(3), Map.of("a", "2", "b", "1"));
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("one")), Files.readAllBytes(folder.resolve("two")));
  }

  @Test
  void twoLeavesOfOneNameAreRefused() {
    Map<String, Object> tree = Map.of("a", Map.of("b", Tensor.scalar(1)), "a.b", Tensor.scalar(2));
    Path file = folder.resolve("two");
    assertEquals(
        "state dict: two tensors are called a.b",
        assertThrows(ShapeError.class, () -> Checkpoint.write(file, tree, Map.of())).getMessage());
  }

  @Test
  void otherTreesGetOneLine() {
    Path file = folder.resolve("state");
    Layer linear = Linear.init(Key.of(1), 2, 3);
    Checkpoint.write(file, Map.of("network", linear), Map.of());
    Checkpoint saved = Checkpoint.read(file);
    assertEquals(
        file + ": network.weight is float32[3, 2], the model's is float32[4, 2]",
        errorOf(saved, Map.of("network", Linear.init(Key.of(1), 2, 4))));
    assertEquals(
        file + ": network.bias is float32[3], the model's is int32[3]",
        errorOf(
            saved,
            Map.of("network", new Linear(Tensor.zeros(2, 3), Tensor.zeros(3).cast(DType.INT32)))));
    assertEquals(
        file + ": lacks key.bits; the model has no network.bias",
        errorOf(saved, Map.of("network", new Linear(Tensor.zeros(2, 3), null), "key", Key.of(1))));
  }

  private static String errorOf(Checkpoint saved, Object like) {
    return assertThrows(DataError.class, () -> saved.into(like)).getMessage();
  }

  @Test
  void otherFilesAndVersionsAreRefused() {
    Path file = folder.resolve("plain");
    new SafeTensors(Map.of("a", Tensor.scalar(1))).write(file);
    assertEquals(
        file + ": holds tensors but is not a checkpoint (no text tutti.checkpoint)",
        assertThrows(DataError.class, () -> Checkpoint.read(file)).getMessage());
    new SafeTensors(Map.of("a", Tensor.scalar(1)), Map.of("tutti.checkpoint", "2")).write(file);
    assertEquals(
        file + ": a checkpoint of version 2; version 1 can be read",
        assertThrows(DataError.class, () -> Checkpoint.read(file)).getMessage());
  }

  @Test
  void keptNamesAreNoTexts() {
    Path file = folder.resolve("kept");
    for (String name : List.of("format", "tutti.checkpoint")) {
      assertEquals(
          "checkpoint: no text can be called " + name + ", the format keeps that name",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Checkpoint.write(file, Tensor.scalar(1), Map.of(name, "")))
              .getMessage());
    }
  }
}
