package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reverse-mode differentiation: a tape of operations, walked backwards once per pullback.
///
/// A node keeps of its inputs and output what the primitive's vjp rule reads and drops the rest.
/// The rules ignore broadcasting; here each cotangent is summed to its input's shape. Cotangents
/// live in a table by slot, so there is no mutable `.grad` and nothing to reset. The rules run on
/// the values of the next transform out, which is why a gradient can be differentiated and mapped
/// again.
final class GradTrace extends Trace {
  private final List<Node> tape = new ArrayList<>();
  private final Thread owner = Thread.currentThread();
  private final Object shard = Vmap.shard();
  private int slots;

  /// The record of one operation: the slots of its inputs' and outputs' cotangents (−1: none) and
  /// how the former follow from the latter.
  private record Node(
      int[] in,
      Shape[] shapes,
      int[] out,
      Tensor[] outLike,
      Function<Tensor[], List<Supplier<Tensor>>> pull) {}

  /// {@return a differentiated input of this value}
  Tracer input(Tensor value) {
    return new Tracer(this, value, value.shape(), slots++);
  }

  @Override
  Tensor process(Primitive p, Tensor[] in, Shape shape) {
    Tensor[] values = lowerAll(in);
    Tensor out = bind(p, values);
    if (!out.dtype().isFloat() || p instanceof Layout.Detach) {
      return out;
    }
    Uses uses = p.uses();
    Tensor[] kept = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      kept[i] = uses.input(i) ? values[i] : Array.hollow(values[i]);
    }
    Tensor keptOut = uses.output() ? out : Array.hollow(out);
    return record(in, new Tensor[] {out}, g -> p.vjp(kept, keptOut, g[0]))[0];
  }

  @Override
  Tensor[] call(Call call, Tensor[] in) {
    Tensor[] values = lowerAll(in);
    Tensor[] out = bind(call, values);
    for (Tensor t : out) {
      if (t instanceof Tracer tracer && tracer.trace == this) {
        throw new ShapeError(
            "checkpoint/customVjp: the function captures a tensor that grad differentiates; pass it"
                + " in the argument");
      }
    }
    return record(
        in,
        out,
        g -> {
          Tensor[] cotangents = call.vjp(values, out, g);
          List<Supplier<Tensor>> lazy = new ArrayList<>();
          for (Tensor t : cotangents) {
            lazy.add(() -> t);
          }
          return lazy;
        });
  }

  private Tensor[] lowerAll(Tensor[] in) {
    if (Thread.currentThread() != owner || Vmap.shard() != shard) {
      throw new ShapeError(
          "grad: a tensor that grad differentiates was captured by a function running in another"
              + " thread; pass it in the argument of pmap");
    }
    Tensor[] values = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      values[i] = lower(in[i]);
    }
    return values;
  }

  private Tensor[] record(
      Tensor[] in, Tensor[] out, Function<Tensor[], List<Supplier<Tensor>>> pull) {
    int[] inSlots = new int[in.length];
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      boolean ours = in[i] instanceof Tracer t && t.trace == this && t.dtype().isFloat();
      inSlots[i] = ours ? ((Tracer) in[i]).slot : -1;
      shapes[i] = in[i].shape();
    }
    int[] outSlots = new int[out.length];
    Tensor[] tracers = new Tensor[out.length];
    Tensor[] like = new Tensor[out.length];
    for (int i = 0; i < out.length; i++) {
      outSlots[i] = slots++;
      tracers[i] = new Tracer(this, out[i], out[i].shape(), outSlots[i]);
      like[i] = Array.hollow(out[i]);
    }
    tape.add(new Node(inSlots, shapes, outSlots, like, pull));
    return tracers;
  }

  /// Walks the tape backwards.
  ///
  /// @param out tensors whose cotangents are given; those that are not on the tape are constants
  /// @param g their cotangents, of the same shapes
  /// @param in the inputs whose cotangents are wanted
  /// @return the inputs' cotangents, null if there is none
  Tensor[] pull(Tensor[] out, Tensor[] g, Tensor[] in) {
    Tensor[] cotangents = new Tensor[slots];
    for (int i = 0; i < out.length; i++) {
      if (out[i] instanceof Tracer t && t.trace == this) {
        add(cotangents, t.slot, g[i]);
      }
    }
    for (int n = tape.size() - 1; n >= 0; n--) {
      Node node = tape.get(n);
      Tensor[] gs = new Tensor[node.out.length];
      boolean any = false;
      for (int i = 0; i < gs.length; i++) {
        gs[i] = cotangents[node.out[i]];
        cotangents[node.out[i]] = null;
        any |= gs[i] != null;
      }
      if (any) {
        for (int i = 0; i < gs.length; i++) {
          gs[i] = gs[i] != null ? gs[i] : zeros(node.outLike[i]);
        }
        spread(node, gs, cotangents);
      }
    }
    Tensor[] result = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      result[i] = in[i] instanceof Tracer t && t.trace == this ? cotangents[t.slot] : null;
    }
    return result;
  }

  private static void spread(Node node, Tensor[] g, Tensor[] cotangents) {
    List<Supplier<Tensor>> lazy = node.pull.apply(g);
    for (int i = 0; i < node.in.length; i++) {
      Tensor t = node.in[i] < 0 ? null : lazy.get(i).get();
      if (t != null) {
        add(cotangents, node.in[i], sumTo(t, node.shapes[i]));
      }
    }
  }

  private static void add(Tensor[] cotangents, int slot, Tensor g) {
    cotangents[slot] = cotangents[slot] == null ? g : cotangents[slot].add(g);
  }

  static Tensor zeros(Tensor like) {
    return Tensor.full(like.dtype(), 0, like.shape());
  }

  /// {@return `t` summed over the axes along which `to` was broadcast to get its shape}
  ///
  /// Axes of size 1 in both are summed too: a mapped tensor's padding and an axis that one entry
  /// does not have then make the same groups of axes, and so the same order of summation.
  static Tensor sumTo(Tensor t, Shape to) {
    if (t.shape().equals(to)) {
      return t;
    }
    int rank = t.rank();
    int[] axes = new int[rank];
    int count = 0;
    boolean sums = false;
    for (int axis = 1; axis <= rank; axis++) {
      if (axis > to.rank() || to.dim(-axis) == 1) {
        axes[count++] = axis;
        sums |= t.dim(-axis) != 1;
      }
    }
    Tensor sum = !sums ? t : t.bind(Reduce.sum(Ints.of(Arrays.copyOf(axes, count)), false));
    return sum.reshape(to);
  }

  /// The cotangents of `f`'s inputs by differentiating `f` itself, computed once, when first
  /// needed.
  static List<Supplier<Tensor>> lazyCotangents(
      Function<Tensor[], Tensor> f, Tensor[] in, Tensor g) {
    Supplier<Tensor[]> all =
        new Supplier<>() {
          private Tensor[] cotangents;

          @Override
          public Tensor[] get() {
            if (cotangents == null) {
              cotangents = cotangents(t -> new Tensor[] {f.apply(t)}, in, new Tensor[] {g});
            }
            return cotangents;
          }
        };
    List<Supplier<Tensor>> lazy = new ArrayList<>();
    for (int i = 0; i < in.length; i++) {
      int index = i;
      lazy.add(() -> all.get()[index]);
    }
    return lazy;
  }

  /// {@return the cotangents of `f`'s float inputs, null if there is none}
  static Tensor[] cotangents(Function<Tensor[], Tensor[]> f, Tensor[] in, Tensor[] g) {
    GradTrace trace = new GradTrace();
    Tensor[] inputs = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      inputs[i] = in[i].dtype().isFloat() ? trace.input(in[i]) : in[i];
    }
    Tensor[] out = trace.within(() -> f.apply(inputs));
    return trace.pull(out, g, inputs);
  }

  @Override
  String context() {
    return "grad";
  }

  @Override
  Array elements(String op, Tracer t) {
    return t.value.array(op);
  }
}
