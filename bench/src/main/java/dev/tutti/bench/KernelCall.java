package dev.tutti.bench;

import dev.tutti.engine.Array;
import dev.tutti.engine.Backend;
import dev.tutti.engine.Cost;
import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.SplittableRandom;

/// One call of a kernel: a primitive and its inputs, shapes and types checked once.
final class KernelCall {
  private final Primitive primitive;
  private final Array[] in;
  private final DType type;
  private final Shape out;

  private KernelCall(Primitive primitive, Array[] in) {
    Shape[] shapes = new Shape[in.length];
    DType[] types = new DType[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
      types[i] = in[i].dtype();
    }
    this.primitive = primitive;
    this.in = in;
    this.type = primitive.dtype(types);
    this.out = primitive.shape(shapes);
  }

  /// {@return a call with these inputs}
  static KernelCall of(Primitive primitive, Tensor... in) {
    Array[] arrays = new Array[in.length];
    for (int i = 0; i < in.length; i++) {
      arrays[i] = (Array) in[i];
    }
    return new KernelCall(primitive, arrays);
  }

  /// {@return uniform draws from [-1, 1), the same for the same shape}
  static Tensor uniform(int... dims) {
    return Key.of(dims.length).uniform(-1, 1, Shape.of(dims));
  }

  /// {@return uniform draws from [0.5, 1.5)}
  static Tensor positive(int... dims) {
    return uniform(dims).mul(0.5).add(1);
  }

  /// {@return int32 draws from 0 … bound − 1}
  static Tensor numbers(int bound, int... dims) {
    return Tensor.of(new SplittableRandom(1).ints(Shape.of(dims).size(), 0, bound).toArray(), dims);
  }

  /// Runs the kernel.
  Array run(Backend backend) {
    return backend.run(primitive, in, type, out);
  }

  /// {@return its arithmetic and traffic}
  Cost cost() {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    return primitive.cost(shapes, out);
  }

  /// {@return the backend of this name: `reference`, or `active` for the one that this JVM chose}
  static Backend backend(String name) {
    if (name.equals("active")) {
      return Backend.active();
    }
    try {
      return (Backend)
          Class.forName("dev.tutti.engine.reference.ReferenceBackend")
              .getDeclaredConstructor(String.class)
              .newInstance("a benchmark's baseline");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the engine has no reference backend", e);
    }
  }
}
