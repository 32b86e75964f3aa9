package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Functions from functions: derivative, map over the first axis, recomputation.
///
/// Each takes a function of one [Tree] (a tensor, record, list or map). The argument is
/// transformed; what the lambda captures is a constant. Transforms nest in any order.
///
/// {@snippet :
/// Tensor x = Tensor.of(1f, 2f, 3f);
/// Tensor slope = Transforms.grad((Tensor t) -> t.mul(t).sum()).apply(x);   // [2, 4, 6]
/// Tensor rows = Transforms.vmap((Tensor t) -> t.mul(x)).apply(Tensor.ones(5, 3));
/// }
public final class Transforms {
  private Transforms() {}

  /// A function's value and its gradient; `value` is what the function returned, a scalar or a
  /// [Loss].
  public record ValueAndGrad<A, L>(L value, A grad) {}

  /// A function's value and the map from a cotangent of the value to one of the argument.
  public record Pullback<A, B>(B value, Function<B, A> pull) {}

  /// A function's value and its directional derivative.
  public record Pushforward<B>(B value, B tangent) {}

  /// A function's value and what computing it costs.
  public record ValueAndCost<B>(B value, Cost cost) {}

  /// A user's derivative rule: from argument, value and the value's cotangent to the argument's.
  @FunctionalInterface
  public interface VjpRule<A, B> {
    /// {@return the cotangent of `in`, of the same structure and shapes}
    A apply(A in, B out, B g);
  }

  /// {@return the gradient of `f`: a tree like the argument}
  ///
  /// `f` returns a scalar tensor or a [Loss]. Leaves that are int32 or marked [State] have zeros.
  public static <A> Function<A, A> grad(Function<A, ?> f) {
    return arg -> valueAndGrad(f).apply(arg).grad();
  }

  /// {@return value and gradient of `f` in one pass}
  public static <A, L> Function<A, ValueAndGrad<A, L>> valueAndGrad(Function<A, L> f) {
    return arg -> {
      GradTrace trace = new GradTrace();
      List<Tensor> inputs = new ArrayList<>();
      L out = trace.within(() -> f.apply(lift(trace, arg, inputs)));
      Tensor loss = loss(out);
      Tensor one = Tensor.full(loss.dtype(), 1, Shape.SCALAR);
      Tensor[] g =
          trace.pull(new Tensor[] {loss}, new Tensor[] {one}, inputs.toArray(Tensor[]::new));
      return new ValueAndGrad<>(Tree.map(out, trace::lower), filled(arg, g));
    };
  }

  /// The scalar to differentiate in what a function returned.
  private static Tensor loss(Object out) {
    if (!((out instanceof Loss<?> l ? l.value() : out) instanceof Tensor loss)) {
      String got = out == null ? "null" : "a " + out.getClass().getSimpleName();
      throw new ShapeError("grad: the function must return a scalar tensor or a Loss, got " + got);
    }
    if (loss.rank() != 0) {
      throw new ShapeError(
          "grad: the function must return a scalar, got "
              + loss.shape()
              + "; take mean() or sum()");
    }
    if (!loss.dtype().isFloat()) {
      throw new ShapeError("grad: the function must return floats, got " + loss.dtype());
    }
    return loss;
  }

  /// {@return value of `f` at `at` and its pullback, which may be called many times}
  public static <A, B> Pullback<A, B> vjp(Function<A, B> f, A at) {
    GradTrace trace = new GradTrace();
    List<Tensor> inputs = new ArrayList<>();
    B out = trace.within(() -> f.apply(lift(trace, at, inputs)));
    Tensor[] outputs = Tree.tensors(out).toArray(Tensor[]::new);
    Tensor[] ins = inputs.toArray(Tensor[]::new);
    return new Pullback<>(
        Tree.map(out, trace::lower),
        g -> {
          Tensor[] cotangents = alike("vjp", "cotangent", g, "value", out);
          return filled(at, trace.pull(outputs, cotangents, ins));
        });
  }

  /// {@return value of `f` at `at` and its derivative in the direction `dir`}
  ///
  /// A pullback is linear in the cotangent; the pullback of the pullback is the directional
  /// derivative. So one rule per primitive serves both modes.
  public static <A, B> Pushforward<B> jvp(Function<A, B> f, A at, A dir) {
    alike("jvp", "direction", dir, "argument", at);
    Pullback<A, B> first = vjp(f, at);
    Pullback<B, A> second = vjp(first.pull(), Tree.map(first.value(), GradTrace::zeros));
    return new Pushforward<>(first.value(), second.pull().apply(dir));
  }

  /// {@return `f` mapped over axis 0 of every tensor of its argument}
  ///
  /// Every tensor of the result comes back with the mapped axis first; one that does not depend on
  /// the argument is repeated. Components marked [Shared] are passed on whole.
  public static <A, B> Vmap<A, B> vmap(Function<A, B> f) {
    return new Vmap<>(f, Integer.MAX_VALUE, false);
  }

  /// {@return like [#vmap], the axis cut into one shard per thread, each in its own task}
  ///
  /// The same bits as `vmap`. If another transform's tensor is in the argument it runs as `vmap`; a
  /// captured tensor that an outer `grad` differentiates is an error, on any number of threads.
  public static <A, B> Vmap<A, B> pmap(Function<A, B> f) {
    return new Vmap<>(f, Integer.MAX_VALUE, true);
  }

  /// {@return `f`, of which each call reuses the memory of the intermediate values of the one
  /// before on the same thread}
  ///
  /// For a step of training that is called again and again: allocating and zeroing new arrays is a
  /// good part of its time. Results are those of `f`, bit for bit. They are new tensors that stay
  /// as they are; tensors made inside `f` cannot be used after the call unless `f` returns them. A
  /// [#vmap] reuses memory by itself.
  ///
  /// {@snippet :
  /// Reuse<Tensor, Tensor> step =
  ///     Transforms.reuse((Tensor w) -> w.sub(Transforms.grad((Tensor t) -> t.mul(t).sum()).apply(w)));
  /// Tensor w = step.apply(Tensor.ones(1000));                             // 1 − 2 · 1
  /// }
  public static <A, B> Reuse<A, B> reuse(Function<A, B> f) {
    return new Reuse<>(f, false);
  }

  /// {@return whether a [#grad], [#vjp] or [#jvp] that is running differentiates by what `t`
  /// depends on}
  public static boolean differentiates(Tensor t) {
    return t instanceof Tracer tracer
        && (tracer.trace instanceof GradTrace || differentiates(tracer.value));
  }

  /// {@return `f` whose intermediate values are recomputed for the derivative instead of kept}
  ///
  /// `f` is run twice and must give the same both times: random numbers come from keys in its
  /// argument, and what it captures does not change.
  public static <A, B> Function<A, B> checkpoint(Function<A, B> f) {
    return arg -> call(f, arg, (in, out, g, body) -> GradTrace.cotangents(body, in, g));
  }

  /// {@return `f` with `rule` as its derivative}
  public static <A, B> Function<A, B> customVjp(Function<A, B> f, VjpRule<A, B> rule) {
    return arg -> {
      @SuppressWarnings("unchecked")
      B[] like = (B[]) new Object[1];
      Function<A, B> noting = in -> like[0] = f.apply(in);
      return call(
          noting,
          arg,
          (in, out, g, body) -> {
            A argument = Tree.rebuild(arg, List.of(in));
            A cotangent =
                rule.apply(
                    argument,
                    Tree.rebuild(like[0], List.of(out)),
                    Tree.rebuild(like[0], List.of(g)));
            return alike("customVjp", "rule's cotangent", cotangent, "argument", argument);
          });
    };
  }

  /// {@return what the operations of `f` that depend on the argument cost; `f` is run once}
  public static <A> Function<A, Cost> cost(Function<A, ?> f) {
    return arg -> valueAndCost(f).apply(arg).cost();
  }

  /// {@return value of `f` and what the operations that depend on the argument cost}
  public static <A, B> Function<A, ValueAndCost<B>> valueAndCost(Function<A, B> f) {
    return arg -> {
      CostTrace trace = new CostTrace();
      B out = trace.within(() -> f.apply(Tree.map(arg, trace::lift)));
      return new ValueAndCost<>(Tree.map(out, trace::lower), trace.total());
    };
  }

  /// {@return what `f` returns, of which the tensors that depend on the argument have a shape and a
  /// type but no elements: JAX's `eval_shape`} No kernel runs on them and no memory is used, so
  /// this is the quick way to a network whose parameters will be loaded:
  ///
  /// {@snippet :
  /// Function<Key, LeNet> init = key -> LeNet.init(key, Shape.of(28, 28, 1), 10);
  /// LeNet structure = Transforms.shapes(init).apply(Key.of(0));
  /// }
  ///
  /// Reading an element of such a tensor raises [ShapeError], inside `f` and later
  /// ([Array#hasElements]).
  public static <A, B> Function<A, B> shapes(Function<A, B> f) {
    return arg -> {
      ShapeTrace trace = new ShapeTrace();
      B out = trace.within(() -> f.apply(Tree.map(arg, trace::lift)));
      return Tree.map(out, trace::shapeOf);
    };
  }

  private interface Derivative {
    Tensor[] of(Tensor[] in, Tensor[] out, Tensor[] g, Function<Tensor[], Tensor[]> body);
  }

  /// Binds `f` as one operation with a derivative of its own.
  private static <A, B> B call(Function<A, B> f, A arg, Derivative derivative) {
    @SuppressWarnings("unchecked")
    B[] like = (B[]) new Object[1];
    Function<Tensor[], Tensor[]> body =
        in -> {
          like[0] = f.apply(Tree.rebuild(arg, Arrays.asList(in)));
          return Tree.tensors(like[0]).toArray(Tensor[]::new);
        };
    Trace.Call call =
        new Trace.Call() {
          @Override
          public Tensor[] apply(Tensor[] in) {
            return body.apply(in);
          }

          @Override
          public Tensor[] vjp(Tensor[] in, Tensor[] out, Tensor[] g) {
            return derivative.of(in, out, g, body);
          }
        };
    Tensor[] out = Trace.bind(call, Tree.tensors(arg).toArray(Tensor[]::new));
    return Tree.rebuild(like[0], Arrays.asList(out));
  }

  /// {@return the tensors of `given`, which must have the leaves, shapes and types of `like`}
  private static Tensor[] alike(String op, String what, Object given, String other, Object like) {
    List<Tree.Leaf> wanted = Tree.leaves(like);
    List<Tree.Leaf> leaves = Tree.leaves(given);
    Tree.checkPaths(op, wanted, leaves);
    for (int i = 0; i < leaves.size(); i++) {
      Tensor w = wanted.get(i).tensor();
      Tensor t = leaves.get(i).tensor();
      boolean fits = t.shape().equals(w.shape()) && t.dtype() == w.dtype();
      if (w.dtype().isFloat() && !fits) {
        throw new ShapeError(
            op
                + ": the "
                + what
                + " of "
                + leaves.get(i).name()
                + " is "
                + t.dtype()
                + t.shape()
                + ", the "
                + other
                + " is "
                + w.dtype()
                + w.shape());
      }
    }
    return leaves.stream().map(Tree.Leaf::tensor).toArray(Tensor[]::new);
  }

  /// The argument with a tracer at every leaf that takes a gradient; `inputs` gets one entry per
  /// leaf, null if it takes none.
  private static <A> A lift(GradTrace trace, A arg, List<Tensor> inputs) {
    return Tree.mapLeaves(
        arg,
        leaf -> {
          boolean takes = leaf.tensor().dtype().isFloat() && !leaf.state();
          inputs.add(takes ? trace.input(leaf.tensor()) : null);
          return takes ? inputs.getLast() : leaf.tensor();
        });
  }

  private static <A> A filled(A like, Tensor[] g) {
    int[] next = {0};
    return Tree.map(
        like,
        t -> {
          Tensor found = g[next[0]++];
          return found != null ? found : GradTrace.zeros(t);
        });
  }
}
