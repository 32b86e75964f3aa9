package dev.tutti.bench.peers;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/// Matrix products of Java libraries.
final class JavaProducts {
  private JavaProducts() {}

  /// A product and its result.
  interface Product extends Runnable {
    /// {@return the result, row by row}
    float[] result();
  }

  /// {@return the product by EJML, which is plain Java on one thread}
  static Product ejml(int m, int n, int k, float[] a, float[] b) {
    FMatrixRMaj left = FMatrixRMaj.wrap(m, k, a);
    FMatrixRMaj right = FMatrixRMaj.wrap(k, n, b);
    FMatrixRMaj out = new FMatrixRMaj(m, n);
    return new Product() {
      @Override
      public void run() {
        CommonOps_FDRM.mult(left, right, out);
      }

      @Override
      public float[] result() {
        return out.data.clone();
      }
    };
  }

  /// {@return the product by ND4J, which calls its own OpenBLAS}
  static Product nd4j(int m, int n, int k, float[] a, float[] b) {
    INDArray left = Nd4j.create(a, new int[] {m, k}, 'c');
    INDArray right = Nd4j.create(b, new int[] {k, n}, 'c');
    INDArray out = Nd4j.create(new int[] {m, n}, 'f');
    return new Product() {
      @Override
      public void run() {
        Nd4j.gemm(left, right, out, false, false, 1, 0);
      }

      @Override
      public float[] result() {
        return out.dup('c').data().asFloat();
      }
    };
  }
}
