package dev.tutti.ensembles.methods;

import dev.tutti.engine.Tensor;

/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations in rows and columns
/// (1846; Golub, Van Loan, *Matrix Computations*, 8.5): slow for more than some hundred rows, and
/// exact to rounding, also for eigenvalues of 0.
///
/// @param values the eigenvalues, in no order
/// @param vectors `vectors[i][k]` is component i of the vector of value k
record SymmetricEigen(double[] values, double[][] vectors) {
  private static final int SWEEPS = 60;
  private static final double TINY = 1e-30; // of squared elements beside the squared norm

  /// {@return the decomposition of a matrix, which is overwritten}
  static SymmetricEigen of(double[][] a) {
    int n = a.length;
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < SWEEPS && !diagonal(a); sweep++) {
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          if (a[p][q] != 0) {
            rotate(a, v, p, q);
          }
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = a[i][i];
    }
    return new SymmetricEigen(values, v);
  }

  private static boolean diagonal(double[][] a) {
    double off = 0;
    double all = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        double square = a[i][j] * a[i][j];
        all += square;
        off += i == j ? 0 : square;
      }
    }
    return off <= TINY * all;
  }

  /// Makes a[p][q] zero.
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double c = 1 / Math.hypot(t, 1);
    double s = t * c;
    double[] ap = a[p];
    double[] aq = a[q];
    for (int k = 0; k < a.length; k++) { // rows
      double x = ap[k];
      double y = aq[k];
      ap[k] = c * x - s * y;
      aq[k] = s * x + c * y;
    }
    for (double[] row : a) { // columns
      turn(row, p, q, c, s);
    }
    for (double[] row : v) {
      turn(row, p, q, c, s);
    }
  }

  private static void turn(double[] row, int p, int q, double c, double s) {
    double x = row[p];
    double y = row[q];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }

  /// {@return the vectors in columns, float32 `[n, n]`}
  Tensor vectorTensor() {
    int n = values.length;
    float[] flat = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        flat[i * n + k] = (float) vectors[i][k];
      }
    }
    return Tensor.of(flat, n, n);
  }
}
