package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import java.util.function.UnaryOperator;

/// Activations without parameters, as layers; those with parameters are [LeakyReLU], [ELU] and
/// [Softplus]. All are elementwise but the two softmaxes, which run along the last axis.
///
/// At a kink the derivative is PyTorch's: 0 for the rectifiers at 0 and at 6, and for the hard
/// functions at ±3 that of the straight piece.
public enum Activation implements Layer {
  /// max(x, 0), PyTorch's `nn.ReLU`.
  RELU(Tensor::relu),
  /// min(max(x, 0), 6), PyTorch's `nn.ReLU6`.
  RELU6(Activation::relu6),
  /// x · Φ(x), PyTorch's `nn.GELU()`.
  GELU(Tensor::gelu),
  /// x · Φ(x) with the tanh approximation of Φ, PyTorch's `nn.GELU(approximate="tanh")`.
  GELU_TANH(Tensor::geluTanh),
  /// x · sigmoid(x), PyTorch's `nn.SiLU`, also called swish.
  SILU(Tensor::silu),
  /// x · tanh(softplus(x)), PyTorch's `nn.Mish`.
  MISH(x -> x.mul(x.softplus().tanh())),
  /// The [ELU] of α = 1.67326… times 1.05070…, which keeps mean 0 and variance 1 (Klambauer et al.,
  /// *Self-normalizing neural networks*, 2017); PyTorch's `nn.SELU`.
  SELU(x -> new ELU(1.6732632423543772).apply(x).mul(1.0507009873554805)),
  /// tanh x, PyTorch's `nn.Tanh`.
  TANH(Tensor::tanh),
  /// 1 / (1 + e⁻ˣ), PyTorch's `nn.Sigmoid`.
  SIGMOID(Tensor::sigmoid),
  /// min(max(x + 3, 0), 6) / 6, PyTorch's `nn.Hardsigmoid`.
  HARDSIGMOID(Activation::hardSigmoid),
  /// x · hardsigmoid(x), PyTorch's `nn.Hardswish`.
  HARDSWISH(x -> x.mul(hardSigmoid(x))),
  /// exp x / Σ exp x along the last axis, PyTorch's `nn.Softmax(dim=-1)`.
  SOFTMAX(Tensor::softmax),
  /// x − log Σ exp x along the last axis, PyTorch's `nn.LogSoftmax(dim=-1)`.
  LOG_SOFTMAX(Tensor::logSoftmax);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return function.apply(x);
  }

  /// The constant comes first, so that a tie gives x no gradient.
  private static Tensor relu6(Tensor x) {
    return x.constant(6).minimum(x.relu());
  }

  private static Tensor hardSigmoid(Tensor x) {
    return relu6(x.add(3)).div(6);
  }
}
