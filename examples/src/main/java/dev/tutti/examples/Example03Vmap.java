package dev.tutti.examples;

import static dev.tutti.engine.Transforms.pmap;
import static dev.tutti.engine.Transforms.vmap;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.models.Mlp;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// Ten networks at once: the program of functorch's tutorial *Model ensembling*.
///
/// Ten multi-layer perceptrons 784-128-128-10 predict a minibatch of 64 images, first in a loop,
/// then as one network whose weights carry an axis of ten. The two agree to the last bit.
///
/// With the argument `time` it also prints how long both took.
public final class Example03Vmap {
  private static final int MODELS = 10;

  private Example03Vmap() {}

  /// A network together with its own minibatch: what varies from entry to entry is the argument.
  ///
  /// @param model the network
  /// @param images a minibatch `[64, 28, 28, 1]`
  public record ModelAndImages(Mlp model, Tensor images) {}

  /// Runs the example.
  public static void main(String... args) {
    // Made-up images: a minibatch of 64 for each model. Channels come last.
    Tensor minibatches = Key.of(7).normal(MODELS, 64, 28, 28, 1);

    // Ten models in a list, each from its own key. functorch says combine_state_for_ensemble,
    // PyTorch says stack_module_state; here it is Tree.stack: the result is an Mlp again.
    Key key = Key.of(42);
    List<Mlp> models = new ArrayList<>();
    for (int m = 0; m < MODELS; m++) {
      models.add(Mlp.init(key.fold(m), 784, 128, 10));
    }
    Mlp stacked = Tree.stack(models);
    for (Tree.Leaf leaf : Tree.leaves(stacked)) {
      System.out.println(leaf.path() + " " + leaf.tensor().shape());
    }

    // The stack can also be made at once, from ten keys. The models are the same.
    Mlp many = vmap((Key k) -> Mlp.init(k, 784, 128, 10)).apply(key.split(MODELS));
    print("models made at once", Tree.tensors(stacked), Tree.tensors(many));

    // Option 1: a different minibatch for each model. The minibatches vary, so they are part of the
    // argument, which vmap maps over axis 0 of every tensor. (functorch: in_dims=(0, 0).)
    Supplier<Tensor> loop1 =
        () -> {
          Tensor[] predictions = new Tensor[MODELS];
          for (int m = 0; m < MODELS; m++) {
            predictions[m] = models.get(m).apply(minibatches.get(m));
          }
          return Tensor.stack(predictions);
        };
    ModelAndImages pairs = new ModelAndImages(stacked, minibatches);
    Supplier<Tensor> vmap1 =
        () -> vmap((ModelAndImages one) -> one.model().apply(one.images())).apply(pairs);
    System.out.println("predictions " + vmap1.get().shape());
    print("option 1, own minibatches", List.of(loop1.get()), List.of(vmap1.get()));

    // Option 2: the same minibatch for every model. What is shared is captured by the lambda.
    // (functorch: in_dims=(0, None).)
    Tensor minibatch = minibatches.get(0);
    Supplier<Tensor> loop2 =
        () -> Tensor.stack(models.stream().map(m -> m.apply(minibatch)).toArray(Tensor[]::new));
    Supplier<Tensor> vmap2 = () -> vmap((Mlp one) -> one.apply(minibatch)).apply(stacked);
    print("option 2, one minibatch", List.of(loop2.get()), List.of(vmap2.get()));

    // pmap is vmap with the models distributed to the cores. This does not change a bit either.
    Tensor parallel = pmap((Mlp one) -> one.apply(minibatch)).apply(stacked);
    print("option 2 on all cores", List.of(loop2.get()), List.of(parallel));

    if (List.of(args).contains("time")) {
      time("option 1, loop", loop1);
      time("option 1, vmap", vmap1);
      time("option 2, loop", loop2);
      time("option 2, vmap", vmap2);
    }
  }

  /// Prints the largest absolute difference between two lists of tensors, to the last digit.
  private static void print(String what, List<Tensor> a, List<Tensor> b) {
    double most = 0;
    for (int i = 0; i < a.size(); i++) {
      most = Math.max(most, a.get(i).sub(b.get(i)).abs().reshape(-1).max(0).item());
    }
    // A BigDecimal prints the exact value of a double; 0 means that all bits agree.
    System.out.println(what + ", max difference: " + new BigDecimal(most));
  }

  /// Prints the median of some runs, after others that let the JVM compile the loops. A first look
  /// only: a benchmark would alternate the two, in several JVMs, on a quiet machine.
  private static void time(String what, Supplier<Tensor> run) {
    int runs = 31;
    long[] nanos = new long[runs];
    for (int i = -runs; i < runs; i++) {
      long start = System.nanoTime();
      run.get();
      if (i >= 0) {
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    System.out.printf("%s: %.2f ms%n", what, nanos[runs / 2] / 1e6);
  }
}
