package dev.tutti.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// libtorch, loaded by DJL. Work is handed to it as TorchScript ([ScriptArchive]), run by the
/// executor that does what eager PyTorch does, operation by operation.
final class Torch {
  private final PtNDManager manager;

  /// Loads libtorch; its number of threads is that of the environment variable `OMP_NUM_THREADS`.
  Torch() {
    manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
  }

  /// {@return the number of threads of its operations}
  int threads() {
    return JniUtils.getNumThreads();
  }

  /// {@return its version}
  static String version() {
    return Engine.getEngine("PyTorch").getVersion();
  }

  /// {@return a copy of `t`; int32 becomes int64, libtorch's type of labels}
  NDArray tensor(Tensor t) {
    Shape shape = new Shape(Arrays.stream(t.shape().dims()).asLongStream().toArray());
    return t.dtype() == DType.INT32
        ? manager.create(Arrays.stream(t.toInts()).asLongStream().toArray(), shape)
        : manager.create(t.toFloats(), shape);
  }

  /// {@return the elements of `t` in the order of its axes, whatever its layout in memory}
  float[] floats(NDArray t) {
    return script("return torch.contiguous(t[0], memory_format=0)").call(1, t).toFloatArray();
  }

  /// {@return `t` of `[N, C, H, W]` with its channels innermost in memory}
  NDArray channelsLast(NDArray t) {
    return script("return torch.contiguous(t[0], memory_format=2)").call(1, t);
  }

  /// {@return the script whose method has this body}
  Script script(String body) {
    try {
      Path file = Files.createTempFile("tutti-bench", ".pt");
      try {
        ScriptArchive.write(file, body);
        try (InputStream in = Files.newInputStream(file)) {
          return new Script(JniUtils.loadModule(manager, in, false, false));
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A loaded script.
  final class Script {
    private final PtSymbolBlock block;

    private Script(PtSymbolBlock block) {
      this.block = block;
    }

    /// {@return what the script gives for these tensors, its last argument being `times`}
    NDArray call(int times, List<NDArray> tensors) {
      NDList arguments = new NDList();
      for (NDArray t : tensors) {
        t.setName("t[]"); // DJL's way to say: an entry of the list t
        arguments.add(t);
      }
      try (NDArray count = manager.create((long) times)) {
        count.setName("t[]");
        arguments.add(count);
        return IValueUtils.forward(block, arguments, true).get(0);
      }
    }

    /// {@return what the script gives for these tensors}
    NDArray call(int times, NDArray... tensors) {
      return call(times, List.of(tensors));
    }
  }
}
