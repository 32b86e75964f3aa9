package dev.tutti.ensembles.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.nn.Activation;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.data.Batches;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/// Against the inverse of the whole precision matrix, in double.
class LastLayerLaplaceTest {
  private static final int FEATURES = 5;
  private static final int CLASSES = 4;
  private static final double TAU = 0.7;
  private static final Linear FIRST = Linear.init(Key.of(1), 36, FEATURES);
  private static final Linear HEAD = Linear.init(Key.of(2), FEATURES, CLASSES);
  private static final Layer NETWORK =
      Sequential.of(new Flatten(Flatten.Order.CHANNELS_FIRST), FIRST, Activation.RELU, HEAD);
  private static final Batches BATCHES =
      Batches.of(Tasks.quadrants(30, MethodRow.IMAGE), 7).transformed(Tasks.normalized());

  private static DMatrixRMaj matrix(Tensor t) {
    return new DMatrixRMaj(t.dim(0), t.dim(1), true, t.toDoubles());
  }

  private static DMatrixRMaj features(Tensor x) {
    Tensor phi = FIRST.apply(x.reshape(x.dim(0), -1)).relu();
    return matrix(Tensor.concat(1, phi, Tensor.ones(x.dim(0), 1)));
  }

  /// The inverse of `N · A ⊗ B + τ I`.
  private static DMatrixRMaj covariance() {
    int d = FEATURES + 1;
    DMatrixRMaj a = new DMatrixRMaj(d, d);
    DMatrixRMaj b = new DMatrixRMaj(CLASSES, CLASSES);
    int rows = 0;
    for (int i = 0; i < BATCHES.count(); i++) {
      Tensor x = BATCHES.batch(0, i).x();
      DMatrixRMaj phi = features(x);
      CommonOps_DDRM.multAddTransA(phi, phi, a);
      DMatrixRMaj p = matrix(NETWORK.apply(x).softmax());
      for (int r = 0; r < p.numRows; r++, rows++) {
        DMatrixRMaj row = CommonOps_DDRM.extractRow(p, r, null);
        CommonOps_DDRM.multAddTransA(-1, row, row, b);
        CommonOps_DDRM.addEquals(b, CommonOps_DDRM.diag(row.data));
      }
    }
    DMatrixRMaj precision = CommonOps_DDRM.kron(a, b, null);
    CommonOps_DDRM.divide(precision, rows);
    CommonOps_DDRM.addEquals(precision, TAU, CommonOps_DDRM.identity(d * CLASSES));
    DMatrixRMaj covariance = new DMatrixRMaj(1, 1);
    CommonOps_DDRM.invert(precision, covariance);
    return covariance;
  }

  @Test
  void logitVariancesAreThoseOfThePosterior() {
    DMatrixRMaj covariance = covariance();
    LastLayerLaplace laplace = LastLayerLaplace.fit(NETWORK, BATCHES, TAU);
    Tensor x = BATCHES.batch(0, 1).x();
    DMatrixRMaj phi = features(x);
    double[] variance = laplace.logitVariance(x).toDoubles();
    double[] drawn = laplace.sample(Key.of(3), 3000).logits(x).var(0, 0).toDoubles();
    for (int r = 0; r < x.dim(0); r++) {
      DMatrixRMaj row = CommonOps_DDRM.extractRow(phi, r, null);
      DMatrixRMaj jacobian = // [C, D · C]
          CommonOps_DDRM.kron(row, CommonOps_DDRM.identity(CLASSES), null);
      DMatrixRMaj left = CommonOps_DDRM.mult(jacobian, covariance, null);
      DMatrixRMaj wanted = CommonOps_DDRM.multTransB(left, jacobian, null);
      for (int c = 0; c < CLASSES; c++) {
        double w = wanted.get(c, c);
        assertEquals(w, variance[r * CLASSES + c], 1e-4 * w);
        assertEquals(w, drawn[r * CLASSES + c], 0.12 * w, "of 3000 draws");
      }
    }
  }

  @Test
  void probabilitiesAreLessCertain() {
    Tensor x = BATCHES.batch(0, 0).x();
    double map = NETWORK.apply(x).softmax().max(-1).mean().item();
    double probit =
        LastLayerLaplace.fit(NETWORK, BATCHES, 0.1).logits(x).softmax().max(-1).mean().item();
    double sure =
        LastLayerLaplace.fit(NETWORK, BATCHES, 1e9).logits(x).softmax().max(-1).mean().item();
    assertEquals(true, probit < map, probit + " < " + map);
    assertEquals(map, sure, 1e-6);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertEquals(
        "last-layer laplace: the prior precision must be positive, got 0.0",
        assertThrows(
                IllegalArgumentException.class, () -> LastLayerLaplace.fit(NETWORK, BATCHES, 0))
            .getMessage());
    assertEquals(
        "last-layer laplace: Activation does not end in a Linear layer",
        assertThrows(
                IllegalArgumentException.class,
                () -> LastLayerLaplace.fit(Activation.RELU, BATCHES, 1))
            .getMessage());
  }
}
