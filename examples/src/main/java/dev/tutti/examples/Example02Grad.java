package dev.tutti.examples;

import static dev.tutti.engine.Transforms.grad;
import static dev.tutti.engine.Transforms.valueAndGrad;
import static dev.tutti.engine.Transforms.vmap;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import java.util.function.Function;

/// Derivatives: `grad` takes a function and returns the function that computes its gradient.
///
/// The argument of the function is differentiated; what the lambda captures is a constant. There is
/// no `requires_grad`, no `.grad` and nothing to reset.
public final class Example02Grad {
  private Example02Grad() {}

  /// A straight line, `y = slope · x + offset`. A record of tensors is an argument like a tensor.
  ///
  /// @param slope a scalar
  /// @param offset a scalar
  public record Line(Tensor slope, Tensor offset) {
    Tensor at(Tensor x) {
      return x.mul(slope).add(offset);
    }
  }

  /// Runs the example.
  public static void main(String... args) {
    // d/dx x³ = 3x². The function must return a scalar, so at several points at once it is summed.
    Function<Tensor, Tensor> cube = x -> x.pow(3).sum();
    Tensor x = Tensor.of(1, 2, 3);
    System.out.println("gradient of x^3       " + grad(cube).apply(x));

    // A gradient is a function like any other: its gradient is the second derivative, 6x.
    Function<Tensor, Tensor> slopes = t -> grad(cube).apply(t).sum();
    System.out.println("second derivative     " + grad(slopes).apply(x));

    // detach() makes a constant of a value: here one factor of x · x does not count.
    System.out.println(
        "one factor detached   " + grad((Tensor t) -> t.mul(t.detach()).sum()).apply(x));

    // Points on the line y = 3x + 0.5 with some noise, and the squared error of a guess. The data
    // is captured, so the gradient is taken by the line alone, and it is a Line too.
    Tensor inputs = Key.of(1).uniform(100);
    Tensor outputs = inputs.mul(3).add(0.5).add(Key.of(2).normal(100).mul(0.05));
    Function<Line, Tensor> error = line -> line.at(inputs).sub(outputs).pow(2).mean();

    Line line = new Line(Tensor.scalar(0), Tensor.scalar(0));
    for (int step = 0; step <= 200; step++) {
      Transforms.ValueAndGrad<Line, Tensor> at = valueAndGrad(error).apply(line);
      if (step % 50 == 0) {
        System.out.printf("step %3d   error %.4f%n", step, at.value().item());
      }
      // Gradient descent on every tensor of the record: p - 0.5 · gradient.
      line = Tree.zip(line, at.grad(), (p, g) -> p.sub(g.mul(0.5)));
    }
    System.out.printf("y = %.2f x + %.2f%n", line.slope().item(), line.offset().item());

    // Transforms nest. vmap runs a function for every entry of axis 0; with grad inside it gives
    // the gradient of each point's own error instead of their mean.
    Line fitted = line;
    Function<Tensor, Tensor> slopeOfOnePoint =
        point -> {
          Function<Line, Tensor> own = l -> l.at(point.get(0)).sub(point.get(1)).pow(2);
          return grad(own).apply(fitted).slope();
        };
    Tensor points = Tensor.stack(inputs, outputs).transpose(); // [100, 2]: a row per point
    Tensor each = vmap(slopeOfOnePoint).apply(points);
    System.out.println("gradients per point   " + each.shape());
    System.out.printf("their mean            %.1e%n", Math.abs(each.mean().item()));
  }
}
