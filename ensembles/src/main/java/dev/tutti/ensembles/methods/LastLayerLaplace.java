package dev.tutti.ensembles.methods;

import dev.tutti.engine.Key;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Frozen;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;
import dev.tutti.nn.data.Batches;

/// The Laplace approximation of a trained classifier's last layer (Daxberger et al., *Laplace
/// redux*, 2021): the posterior of its weights is a Gaussian around them, in closed form after the
/// training.
///
/// The curvature of the summed cross-entropy is Kronecker-factored, `H = N · (A ⊗ B)` with `A =
/// mean φ φᵀ` of the features with a 1 for the bias, `B = mean (diag p − p pᵀ)` of the predicted
/// probabilities; the posterior's precision is `H + τ I` with the prior's precision `τ`. With `A =
/// U a Uᵀ` and `B = V b Vᵀ` the logits of an example with features φ have the covariance `V
/// diag_j(Σ_i (Uᵀφ)_i² / (N aᵢ bⱼ + τ)) Vᵀ`.
///
/// As an ensemble it is one member, whose logits are those of the trained network divided by `√(1 +
/// π/8 · variance)`: MacKay's probit approximation (1992) of the mean prediction. [#sample] draws
/// members. It is not trained any more.
///
/// @param features the network without its last layer, frozen
/// @param head the last layer, as trained
/// @param u eigenvectors of A in columns, `[D + 1, D + 1]`
/// @param v eigenvectors of B in columns, `[C, C]`
/// @param var the variances `1 / (N aᵢ bⱼ + τ)`, `[D + 1, C]`
public record LastLayerLaplace(
    Layer features, @State Linear head, @State Tensor u, @State Tensor v, @State Tensor var)
    implements Ensemble {
  private static final String OP = "last-layer laplace";
  private static final int FIXED_POINT = 200; // steps, of which each narrows the rest by a part

  /// {@return the posterior after `trained` was trained on these examples, with the prior precision
  /// that makes them most likely: MacKay's fixed point `τ = Σ λ / (λ + τ) / ‖θ‖²` over the
  /// curvatures λ = N aᵢ bⱼ (1992), what laplace-torch calls `marglik`}
  ///
  /// @throws IllegalArgumentException if the last layer with weights is not a [Linear] with a bias
  public static LastLayerLaplace fit(Layer trained, Batches batches) {
    return fit(trained, batches, Double.NaN);
  }

  /// {@return the posterior after `trained` was trained on these examples}
  ///
  /// @param priorPrecision τ, positive: the weight decay of a summed loss
  /// @throws IllegalArgumentException if the last layer with weights is not a [Linear] with a bias
  public static LastLayerLaplace fit(Layer trained, Batches batches, double priorPrecision) {
    if (priorPrecision <= 0 || Double.isInfinite(priorPrecision)) {
      throw new IllegalArgumentException(
          OP + ": the prior precision must be positive, got " + priorPrecision);
    }
    Linear head = Parts.head(OP, trained);
    if (head.bias() == null) {
      throw new IllegalArgumentException(OP + ": the last layer needs a bias");
    }
    Layer features = new Frozen(Parts.withoutHead(OP, trained));
    int d = head.weight().dim(0) + 1;
    int c = head.weight().dim(1);
    double[][] a = new double[d][d];
    double[][] b = new double[c][c];
    int rows = 0;
    for (int i = 0; i < batches.count(); i++) {
      Tensor phi = features.apply(batches.batch(0, i).x());
      Tensor p = head.apply(phi).softmax();
      add(a, b, phi.toFloats(), p.toFloats(), d, c);
      rows += phi.dim(0);
    }
    SymmetricEigen ea = SymmetricEigen.of(scaled(a, 1.0 / rows));
    SymmetricEigen eb = SymmetricEigen.of(scaled(b, 1.0 / rows));
    double[] curvatures = new double[d * c];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < c; j++) {
        curvatures[i * c + j] = rows * Math.max(0, ea.values()[i]) * Math.max(0, eb.values()[j]);
      }
    }
    double tau = Double.isNaN(priorPrecision) ? likeliest(curvatures, head) : priorPrecision;
    float[] var = new float[d * c];
    for (int i = 0; i < var.length; i++) {
      var[i] = (float) (1 / (curvatures[i] + tau));
    }
    return new LastLayerLaplace(
        features, head, ea.vectorTensor(), eb.vectorTensor(), Tensor.of(var, d, c));
  }

  private static double likeliest(double[] curvatures, Linear head) {
    double norm = 0;
    for (Tensor t : new Tensor[] {head.weight(), head.bias()}) {
      for (double w : t.toDoubles()) {
        norm += w * w;
      }
    }
    double tau = 1;
    for (int i = 0; i < FIXED_POINT; i++) {
      double determined = 0; // MacKay's gamma, the number of parameters that the data determines
      for (double curvature : curvatures) {
        determined += curvature / (curvature + tau);
      }
      tau = Math.max(determined / norm, Double.MIN_NORMAL);
    }
    return tau;
  }

  private static void add(double[][] a, double[][] b, float[] phi, float[] p, int d, int c) {
    double[] row = new double[d];
    for (int r = 0; r < p.length / c; r++) {
      for (int i = 0; i < d - 1; i++) {
        row[i] = phi[r * (d - 1) + i];
      }
      row[d - 1] = 1;
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          a[i][j] += row[i] * row[j];
        }
      }
      for (int i = 0; i < c; i++) {
        double pi = p[r * c + i];
        b[i][i] += pi;
        for (int j = 0; j < c; j++) {
          b[i][j] -= pi * p[r * c + j];
        }
      }
    }
  }

  private static double[][] scaled(double[][] matrix, double factor) {
    for (double[] row : matrix) {
      for (int j = 0; j < row.length; j++) {
        row[j] *= factor;
      }
    }
    return matrix;
  }

  /// {@return the variance of every logit, `[B, C]`, in closed form}
  public Tensor logitVariance(Tensor x) {
    return logitVarianceOf(features.apply(x, Ctx.inference()));
  }

  private Tensor logitVarianceOf(Tensor features) {
    Tensor phi = withOne(features).matmul(u); // [B, D + 1]
    return phi.mul(phi).matmul(var).matmul(v.mul(v), false, true);
  }

  @Override
  public int members() {
    return 1;
  }

  @Override
  public Layer network() {
    return this;
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    Tensor phi = features.apply(x, Ctx.inference());
    Tensor spread = logitVarianceOf(phi).mul(Math.PI / 8).add(1).sqrt();
    return head.apply(phi, Ctx.inference()).div(spread).unsqueeze(0);
  }

  private static Tensor withOne(Tensor phi) {
    return Tensor.concat(1, phi, Tensor.ones(phi.dim(0), 1));
  }

  /// {@return an ensemble of heads drawn from the posterior, each from a child of `key`}
  public SubEnsemble sample(Key key, int members) {
    int d = u.dim(0);
    Linear heads =
        Transforms.vmap(
                (Key own) -> {
                  Tensor z = own.normal(d, v.dim(0)).mul(var.sqrt());
                  Tensor off = u.matmul(z).matmul(v, false, true);
                  return new Linear(
                      head.weight().add(off.slice(0, 0, d - 1)),
                      head.bias().add(off.slice(0, d - 1, d).reshape(-1)));
                })
            .apply(key.split(members));
    return new SubEnsemble(features, heads, members);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
