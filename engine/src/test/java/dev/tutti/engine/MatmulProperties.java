package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.EngineDomain.Product;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_FDRM;

/// Matrix products with every transpose flag and broadcast leads, against naive loops and EJML.
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class MatmulProperties {

  private static Shape stored(Shape leads, boolean transposed, int rows, int columns) {
    return leads.concat(transposed ? Shape.of(columns, rows) : Shape.of(rows, columns));
  }

  private static Shape a(Product c) {
    return stored(c.leadsA(), c.transA(), c.m(), c.k());
  }

  private static Shape b(Product c) {
    return stored(c.leadsB(), c.transB(), c.k(), c.n());
  }

  /// The lead entry of an operand that lead entry `l` of the result reads.
  private static int lead(Shape own, Shape leads, int l) {
    int at = 0;
    int stride = 1;
    for (int axis = 1; axis <= own.rank(); axis++) {
      at += own.dim(-axis) == 1 ? 0 : l % leads.dim(-axis) * stride;
      stride *= own.dim(-axis);
      l /= leads.dim(-axis);
    }
    return at;
  }

  /// Visits every product of the definition: `out` takes element `a` times element `b`, k
  /// ascending.
  private interface Term {
    void add(int out, int a, int b);
  }

  private static void terms(Product c, Shape leads, Term term) {
    for (int l = 0; l < leads.size(); l++) {
      int la = lead(c.leadsA(), leads, l) * c.m() * c.k();
      int lb = lead(c.leadsB(), leads, l) * c.k() * c.n();
      for (int i = 0; i < c.m(); i++) {
        for (int j = 0; j < c.n(); j++) {
          for (int k = 0; k < c.k(); k++) {
            int ia = la + (c.transA() ? k * c.m() + i : i * c.k() + k);
            int ib = lb + (c.transB() ? j * c.k() + k : k * c.n() + j);
            term.add((l * c.m() + i) * c.n() + j, ia, ib);
          }
        }
      }
    }
  }

  /// Rounding k fma's loses at most k half-ulps of the sum of absolute products; whole numbers lose
  /// nothing. The order is part of the contract: the same fma's in float give the same bits.
  @Property(tries = 250)
  void floats(@ForAll Product c) {
    Values values = new Values(c.seed());
    Tensor a = values.of(c.whole(), a(c));
    Tensor b = values.of(c.whole(), b(c));
    Tensor product = a.matmul(b, c.transA(), c.transB());
    Shape leads = Shape.broadcast(c.leadsA(), c.leadsB());
    assertEquals(leads.concat(Shape.of(c.m(), c.n())), product.shape());
    float[] fa = a.toFloats();
    float[] fb = b.toFloats();
    double[] sum = new double[product.size()];
    double[] scale = new double[product.size()];
    float[] inOrder = new float[product.size()];
    terms(
        c,
        leads,
        (out, i, j) -> {
          sum[out] += (double) fa[i] * fb[j];
          scale[out] += Math.abs((double) fa[i] * fb[j]);
          inOrder[out] = Math.fma(fa[i], fb[j], inOrder[out]);
        });
    Expect.close(sum, scale, c.whole() ? 0 : c.k() * Expect.ROUNDING, product);
    Expect.sameBits(Tensor.of(inOrder).reshape(product.shape()), product);
  }

  /// float64 rounds like float32; the oracle's own rounding doubles the bound.
  @Property(tries = 100)
  void doubles(@ForAll Product c) {
    Values values = new Values(c.seed());
    Tensor a = values.of(c.whole(), a(c)).cast(DType.FLOAT64);
    Tensor b = values.of(c.whole(), b(c)).cast(DType.FLOAT64);
    Tensor product = a.matmul(b, c.transA(), c.transB());
    double[] da = a.toDoubles();
    double[] db = b.toDoubles();
    double[] sum = new double[product.size()];
    double[] scale = new double[product.size()];
    terms(
        c,
        Shape.broadcast(c.leadsA(), c.leadsB()),
        (out, i, j) -> {
          sum[out] += da[i] * db[j];
          scale[out] += Math.abs(da[i] * db[j]);
        });
    Expect.close(sum, scale, c.whole() ? 0 : 2 * c.k() * Expect.ROUNDING_64, product);
  }

  /// EJML's multiplication of the same matrices; both sides round, each at most k half-ulps.
  @Property(tries = 150)
  void agreesWithEjml(@ForAll Product c) {
    Product plain =
        new Product(
            Math.max(1, c.m()),
            Math.max(1, c.k()),
            Math.max(1, c.n()),
            Shape.SCALAR,
            Shape.SCALAR,
            c.transA(),
            c.transB(),
            false,
            c.seed());
    Values values = new Values(c.seed());
    Tensor a = values.normal(a(plain));
    Tensor b = values.normal(b(plain));
    FMatrixRMaj fa = new FMatrixRMaj(a.dim(0), a.dim(1), true, a.toFloats());
    FMatrixRMaj fb = new FMatrixRMaj(b.dim(0), b.dim(1), true, b.toFloats());
    FMatrixRMaj fc = new FMatrixRMaj(plain.m(), plain.n());
    DMatrixRMaj da = new DMatrixRMaj(a.dim(0), a.dim(1), true, a.toDoubles());
    DMatrixRMaj db = new DMatrixRMaj(b.dim(0), b.dim(1), true, b.toDoubles());
    DMatrixRMaj dc = new DMatrixRMaj(plain.m(), plain.n());
    if (c.transA() && c.transB()) {
      CommonOps_FDRM.multTransAB(fa, fb, fc);
      CommonOps_DDRM.multTransAB(da, db, dc);
    } else if (c.transA()) {
      CommonOps_FDRM.multTransA(fa, fb, fc);
      CommonOps_DDRM.multTransA(da, db, dc);
    } else if (c.transB()) {
      CommonOps_FDRM.multTransB(fa, fb, fc);
      CommonOps_DDRM.multTransB(da, db, dc);
    } else {
      CommonOps_FDRM.mult(fa, fb, fc);
      CommonOps_DDRM.mult(da, db, dc);
    }
    double[] scale = a.abs().matmul(b.abs(), c.transA(), c.transB()).toDoubles();
    double k = plain.k() + 1;
    Tensor single = a.matmul(b, c.transA(), c.transB());
    Expect.close(
        Tensor.of(fc.data).toDoubles(), scale, 2 * k * Expect.ROUNDING, single.reshape(-1));
    Tensor wide = a.cast(DType.FLOAT64).matmul(b.cast(DType.FLOAT64), c.transA(), c.transB());
    Expect.close(dc.data, scale, 2 * k * Expect.ROUNDING_64, wide.reshape(-1));
  }

  /// A lead entry of a batched product has the bits of the product of its two matrices.
  @Property(tries = 100)
  void leadsAreIndependent(@ForAll Product c) {
    Values values = new Values(c.seed());
    Tensor a = values.of(c.whole(), a(c));
    Tensor b = values.of(c.whole(), b(c));
    Shape leads = Shape.broadcast(c.leadsA(), c.leadsB());
    Tensor product =
        a.matmul(b, c.transA(), c.transB()).reshape(Shape.of(leads.size(), c.m(), c.n()));
    Tensor as = a.reshape(a.shape().suffix(2).prepend(c.leadsA().size()));
    Tensor bs = b.reshape(b.shape().suffix(2).prepend(c.leadsB().size()));
    for (int l = 0; l < leads.size(); l++) {
      Tensor x = as.get(lead(c.leadsA(), leads, l));
      Tensor y = bs.get(lead(c.leadsB(), leads, l));
      Expect.sameBits("lead " + l, x.matmul(y, c.transA(), c.transB()), product.get(l));
    }
  }

  /// Whole numbers: the cotangents are exactly `g · bᵀ` and `aᵀ · g`, stored as the operands are
  /// and summed over broadcast leads.
  @Property(tries = 100)
  void cotangents(@ForAll Product c) {
    Values values = new Values(c.seed());
    Tensor a = values.whole(2, a(c));
    Tensor b = values.whole(2, b(c));
    Shape leads = Shape.broadcast(c.leadsA(), c.leadsB());
    Tensor g = values.whole(2, leads.concat(Shape.of(c.m(), c.n())));
    List<Tensor> cotangents =
        Transforms.vjp(
                (List<Tensor> t) -> t.get(0).matmul(t.get(1), c.transA(), c.transB()),
                List.of(a, b))
            .pull()
            .apply(g);
    double[] va = a.toDoubles();
    double[] vb = b.toDoubles();
    double[] vg = g.toDoubles();
    double[] da = new double[va.length];
    double[] db = new double[vb.length];
    terms(
        c,
        leads,
        (out, i, j) -> {
          da[i] += vg[out] * vb[j];
          db[j] += vg[out] * va[i];
        });
    Expect.equal(da, cotangents.get(0));
    Expect.equal(db, cotangents.get(1));
  }
}
