package dev.tutti.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Activation;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Naive;
import dev.tutti.nn.TorchNumbers;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Attention: values against plain loops and PyTorch's, masks, and what must not mix.
class AttentionTest {
  private static final int N = 2;
  private static final int E = 6;
  private static final int HEADS = 3;
  private static final int D = E / HEADS;

  private static MultiheadAttention layer() {
    MultiheadAttention plain = MultiheadAttention.init(Key.of(5), E, HEADS, 0);
    Tensor bias = Key.of(6).normal(3 * E);
    return Values.doubles(
        new MultiheadAttention(plain.inProjWeight(), bias, Linear.init(Key.of(7), E, E), HEADS, 0));
  }

  private static Tensor sequence(long seed, int length) {
    return new Values(seed).normal(DType.FLOAT64, Shape.of(N, length, E));
  }

  /// What is added to a score.
  interface Bias {
    double of(int example, int head, int query, int key);
  }

  private static double projected(MultiheadAttention m, Tensor x, int example, int at, int column) {
    double sum = m.inProjBias() == null ? 0 : m.inProjBias().toDoubles()[column];
    double[] v = x.get(example).get(at).toDoubles();
    double[] w = m.inProjWeight().toDoubles();
    for (int i = 0; i < E; i++) {
      sum += v[i] * w[i * 3 * E + column];
    }
    return sum;
  }

  /// The definition, element by element.
  private static double[] naive(
      MultiheadAttention m, Tensor query, Tensor key, Tensor value, Bias bias) {
    int length = query.dim(1);
    int sources = key.dim(1);
    double[] found = new double[N * length * E];
    for (int n = 0; n < N; n++) {
      for (int h = 0; h < HEADS; h++) {
        for (int i = 0; i < length; i++) {
          double[] weight = new double[sources];
          double sum = 0;
          for (int j = 0; j < sources; j++) {
            double score = 0;
            for (int d = h * D; d < (h + 1) * D; d++) {
              score += projected(m, query, n, i, d) * projected(m, key, n, j, E + d);
            }
            weight[j] = Math.exp(score / Math.sqrt(D) + bias.of(n, h, i, j));
            sum += weight[j];
          }
          for (int d = h * D; sum > 0 && d < (h + 1) * D; d++) {
            for (int j = 0; j < sources; j++) {
              found[(n * length + i) * E + d] +=
                  weight[j] / sum * projected(m, value, n, j, 2 * E + d);
            }
          }
        }
      }
    }
    Linear out = (Linear) m.outProj();
    return new Naive(N * length, 1, 1, E, found).linear(out.weight(), out.bias()).v();
  }

  /// Two dozen roundings of numbers of order 1.
  private static void close(double[] expected, Tensor actual) {
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 1e-13);
    Expect.close(expected, tolerance, actual);
  }

  @Test
  void selfAttentionIsTheDefinition() {
    Tensor x = sequence(1, 4);
    close(naive(layer(), x, x, x, (n, h, i, j) -> 0), layer().apply(x));
    MultiheadAttention without =
        new MultiheadAttention(layer().inProjWeight(), null, layer().outProj(), HEADS, 0);
    close(naive(without, x, x, x, (n, h, i, j) -> 0), without.apply(x));
  }

  @Test
  void queriesOfAnotherSequence() {
    Tensor query = sequence(1, 4);
    Tensor key = sequence(2, 5);
    Tensor value = sequence(3, 5);
    Tensor y = layer().attend(query, key, value, AttentionMask.NONE, Ctx.inference());
    assertEquals(query.shape(), y.shape());
    close(naive(layer(), query, key, value, (n, h, i, j) -> 0), y);
  }

  /// One product for q, k and v or three of their own: the same bits.
  @Test
  void theSameSequenceThrice() {
    MultiheadAttention m = MultiheadAttention.init(Key.of(5), E, HEADS, 0);
    Tensor x = sequence(1, 4).cast(DType.FLOAT32);
    Tensor other = x.neg().neg();
    Tensor y = m.attend(x, other, other, AttentionMask.NONE, Ctx.inference());
    Expect.sameBits("self-attention", m.apply(x), y);
  }

  private static double hidden(boolean is) {
    return is ? Double.NEGATIVE_INFINITY : 0;
  }

  @Test
  void masksHideKeys() {
    Tensor x = sequence(1, 4);
    Ctx ctx = Ctx.inference();
    AttentionMask causal = AttentionMask.NONE.causal(true);
    Bias past = (n, h, i, j) -> hidden(j > i);
    close(naive(layer(), x, x, x, past), layer().apply(x, causal, ctx));
    int[] padding = {0, 0, 1, 1, 0, 0, 0, 1};
    Bias kept = (n, h, i, j) -> hidden(padding[n * 4 + j] == 1);
    Tensor isPadding = Tensor.of(padding, N, 4);
    for (Tensor mask : List.of(isPadding, isPadding.cast(DType.FLOAT32))) {
      AttentionMask padded = AttentionMask.NONE.keyPadding(mask);
      close(naive(layer(), x, x, x, kept), layer().apply(x, padded, ctx));
    }
    Tensor each = new Values(4).normal(DType.FLOAT64, Shape.of(N, HEADS, 4, 4));
    double[] b = each.toDoubles();
    Bias added = (n, h, i, j) -> b[((n * HEADS + h) * 4 + i) * 4 + j];
    AttentionMask all = causal.keyPadding(isPadding).additive(each);
    Bias sum = (n, h, i, j) -> added.of(n, h, i, j) + past.of(n, h, i, j) + kept.of(n, h, i, j);
    close(naive(layer(), x, x, x, sum), layer().apply(x, all, ctx));
    AttentionMask shared = AttentionMask.NONE.additive(each.get(0).get(0));
    close(naive(layer(), x, x, x, (n, h, i, j) -> b[i * 4 + j]), layer().apply(x, shared, ctx));
  }

  /// A query that sees no key gives 0, not NaN; and no position sees what comes after it.
  @Test
  void hiddenKeysDoNotMatter() {
    Tensor x = sequence(1, 3);
    Tensor isPadding = Tensor.of(new int[] {0, 0, 0, 1, 1, 1}, N, 3);
    double none = Double.NEGATIVE_INFINITY;
    Tensor scores = Tensor.of(new double[] {0, none}, N, 1, 1, 1).expand(Shape.of(N, 1, 3, 3));
    for (AttentionMask mask :
        List.of(AttentionMask.NONE.keyPadding(isPadding), AttentionMask.NONE.additive(scores))) {
      Tensor y = layer().apply(x, mask, Ctx.inference());
      Linear out = (Linear) layer().outProj();
      for (int i = 0; i < 3; i++) {
        Expect.sameBits("nothing found", out.bias(), y.get(1).get(i));
      }
      Tensor g =
          Transforms.grad((Tensor t) -> layer().apply(t, mask, Ctx.inference()).sum()).apply(x);
      assertTrue(Double.isFinite(g.sum().item()));
      Expect.equal(new double[3 * E], g.get(1));
    }
    Tensor g =
        Transforms.grad((Tensor a) -> layer().apply(x, added(a), Ctx.inference()).sum())
            .apply(scores);
    assertTrue(Double.isFinite(g.sum().item()));
    Expect.equal(new double[9], g.get(1));
    AttentionMask causal = AttentionMask.NONE.causal(true);
    Tensor last = Tensor.concat(1, x.slice(1, 0, 2), x.slice(1, 2, 3).mul(1000));
    Tensor before = layer().apply(x, causal, Ctx.inference());
    Tensor after = layer().apply(last, causal, Ctx.inference());
    Expect.sameBits("the past", before.slice(1, 0, 2), after.slice(1, 0, 2));
  }

  private static AttentionMask added(Tensor scores) {
    return AttentionMask.NONE.additive(scores);
  }

  @Test
  void masksFitTheScores() {
    Tensor x = sequence(1, 4);
    Ctx ctx = Ctx.inference();
    for (Shape fits : List.of(Shape.of(4, 4), Shape.of(N, 1, 4, 4), Shape.of(1, HEADS, 1, 4))) {
      Tensor zeros = Tensor.full(DType.FLOAT64, 0, fits);
      Expect.sameBits("zeros " + fits, layer().apply(x), layer().apply(x, added(zeros), ctx));
    }
    String scores = " does not fit scores [N, heads, L, S] of [2, 3, 4, 4]; it needs ";
    Expect.error(
        "attention mask: key padding [4, 2]" + scores + "[2, 4]",
        () -> layer().apply(x, AttentionMask.NONE.keyPadding(Tensor.zeros(4, 2)), ctx));
    for (Shape s : List.of(Shape.of(6, 4, 4), Shape.of(4, 3), Shape.of(5, 2, 3, 4, 4))) {
      Expect.error(
          "attention mask: additive " + s + scores + "[4, 4] or four axes that broadcast to them",
          () -> layer().apply(x, added(Tensor.full(DType.FLOAT64, 0, s)), ctx));
    }
  }

  /// torch-uncertainty's packed attention split q, k and v so that its parts saw each other's.
  @Test
  void headsAndExamplesDoNotMix() {
    MultiheadAttention m = layer();
    Tensor identity = Tensor.arange(E).oneHot(E).cast(DType.FLOAT64);
    MultiheadAttention open =
        new MultiheadAttention(
            m.inProjWeight(), m.inProjBias(), new Linear(identity, null), HEADS, 0);
    Tensor x = sequence(1, 4);
    Tensor before = open.apply(x);
    for (int part = 0; part < 3; part++) {
      for (int head = 0; head < HEADS; head++) {
        double[] w = m.inProjWeight().toDoubles();
        w[part * E + head * D] += 0.5;
        Tensor moved = Tensor.of(w).reshape(E, 3 * E);
        Tensor after =
            new MultiheadAttention(moved, m.inProjBias(), open.outProj(), HEADS, 0).apply(x);
        for (int h = 0; h < HEADS; h++) {
          Tensor own = before.slice(2, h * D, (h + 1) * D);
          Tensor now = after.slice(2, h * D, (h + 1) * D);
          assertEquals(h != head, Expect.same(own, now), "part " + part + ", head " + h);
        }
      }
    }
    Tensor spoiled = Tensor.concat(0, x.slice(0, 0, 1), x.slice(0, 1, 2).mul(Double.NaN));
    Expect.sameBits("example 0", before.get(0), open.apply(spoiled).get(0));
  }

  /// Weights are dropped after the softmax, with the first key of the pass.
  @Test
  void dropoutOfWeights() {
    Key key = Key.of(9);
    Tensor x = sequence(1, 4);
    MultiheadAttention m = layer();
    MultiheadAttention dropping =
        new MultiheadAttention(m.inProjWeight(), m.inProjBias(), m.outProj(), HEADS, 0.4);
    Expect.sameBits("prediction", m.apply(x), dropping.apply(x));
    Tensor kept = key.fold(0).bernoulli(0.6, N, HEADS, 4, 4);
    double[] k = kept.toDoubles();
    Tensor y = dropping.apply(x, Ctx.training(key));
    assertFalse(Expect.same(m.apply(x), y));
    Tensor q = new Values(8).normal(DType.FLOAT64, Shape.of(N, HEADS, 4, D));
    Tensor all =
        MultiheadAttention.scaledDotProduct(
            q, q, ones(), AttentionMask.NONE, 0.4, Ctx.training(key));
    double[] sums = all.toDoubles();
    double[] w = q.mul(1 / Math.sqrt(D)).matmul(q, false, true).softmax().toDoubles();
    for (int row = 0; row < N * HEADS * 4; row++) {
      double sum = 0;
      for (int j = 0; j < 4; j++) {
        sum += w[row * 4 + j] * k[row * 4 + j] / 0.6;
      }
      assertEquals(sum, sums[row * D], 1e-15);
    }
  }

  private static Tensor ones() {
    return Tensor.full(DType.FLOAT64, 1, Shape.of(N, HEADS, 4, D));
  }

  /// PyTorch 2.15.0: `nn.MultiheadAttention(4, 2, batch_first=True)`, see [TorchNumbers]; the
  /// memory is `x(2, 2, 4) + 0.5`, its values are twice the keys.
  @Test
  void attentionAsInPyTorch() {
    MultiheadAttention m = TorchNumbers.filled(MultiheadAttention.init(Key.of(1), 4, 2, 0.1));
    Tensor x = TorchNumbers.input(2, 3, 4);
    TorchNumbers.same(
        new double[] {
          0.10600868529460228,
          0.5971557142210149,
          -0.5017505613805453,
          -0.08785968817349327,
          -0.07445380656565559,
          0.8134563406015971,
          -0.7288946344731055,
          0.1238801258824942,
          0.0874056423872221,
          0.6558578508433718,
          -0.5937684476143019,
          0.026840791505254813,
          -0.09424411664509624,
          0.805195804142233,
          -0.6935378003978234,
          0.06551266441976678,
          0.10866084181047958,
          0.6699033792749924,
          -0.6414916683870987,
          0.1027270326352181,
          -0.1049126837287967,
          0.8183545963008988,
          -0.7076662492103437,
          0.0789781524814015
        },
        m.apply(x));
    Tensor padding = Tensor.of(new int[] {0, 0, 1, 0, 1, 0}, 2, 3);
    Tensor memory = TorchNumbers.input(2, 2, 4).add(0.5);
    TorchNumbers.same(
        new double[] {
          -0.2794183688177393,
          1.1157132693613976,
          -1.09351653401978,
          0.5087329964225341,
          -0.7539847135241698,
          1.6266375140370894,
          -1.581758664758743,
          0.9178740382226793,
          -0.41312794987917534,
          1.3386481982798273,
          -1.3799154940429919,
          0.8255010644603844,
          -0.623352187428757,
          1.5281047684926445,
          -1.526711682575363,
          0.9126737909679843,
          -0.1890644376156131,
          1.0774270115828934,
          -1.1117221303828946,
          0.5813266934380834,
          -0.6284540412884781,
          1.495986796596008,
          -1.4610852873996838,
          0.8211224515204711
        },
        m.attend(x, memory, memory.mul(2), AttentionMask.NONE, Ctx.inference()));
    TorchNumbers.same(
        new double[] {
          -0.04157423015752887,
          0.8219576880636705,
          -0.7777945298903371,
          0.20752792625737382,
          -0.16503992366969678,
          0.8981639038199888,
          -0.797935234345007,
          0.16927575388904514,
          0.00538845815280059,
          0.7541692459413576,
          -0.6970136489871314,
          0.12308926700789757,
          -0.17194885300656138,
          0.9309363745834563,
          -0.8527842132326414,
          0.23986314966716327,
          -0.17194885300656138,
          0.9309363745834563,
          -0.8527842132326414,
          0.23986314966716327,
          -0.17654436607032542,
          0.9494394175102264,
          -0.8830566610007854,
          0.27840685992813385
        },
        m.apply(x, AttentionMask.NONE.causal(true).keyPadding(padding), Ctx.inference()));
  }

  @Test
  void initialValuesAreTorchs() {
    MultiheadAttention m = MultiheadAttention.init(Key.of(1), 60, 4, 0);
    double bound = Math.sqrt(6.0 / 240);
    double most = m.inProjWeight().abs().max().item();
    // the largest of 10,800 uniform draws
    assertTrue(most <= bound && most > 0.99 * bound, most + " of " + bound);
    Expect.equal(new double[180], m.inProjBias());
    double out = ((Linear) m.outProj()).weight().abs().max().item();
    assertTrue(out <= 1 / Math.sqrt(60) && out > 0.99 / Math.sqrt(60));
    Expect.equal(new double[60], ((Linear) m.outProj()).bias());
    assertEquals(4 * 60 * 60 + 4 * 60, Tree.tensors(m).stream().mapToInt(Tensor::size).sum());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Expect.refused(
        "multihead_attention: 4 heads do not divide the width 6",
        () -> MultiheadAttention.init(Key.of(1), 6, 4, 0));
    Tensor x = sequence(1, 4);
    Expect.error(
        "multihead_attention: needs query [N, L, 6] and key and value [N, S, 6], got [2, 4, 6],"
            + " [2, 3, 6] and [2, 4, 6]",
        () -> layer().attend(x, sequence(1, 3), x, AttentionMask.NONE, Ctx.inference()));
    Expect.error(
        "multihead_attention: needs query [N, L, 6] and key and value [N, S, 6], got [4, 6],"
            + " [4, 6] and [4, 6]",
        () -> layer().apply(x.get(0)));
    IllegalArgumentException heads =
        assertThrows(
            IllegalArgumentException.class,
            () -> new MultiheadAttention(x, null, Activation.RELU, 0, 0));
    assertEquals("multihead_attention: needs at least 1 head, got 0", heads.getMessage());
    IllegalArgumentException dropout =
        assertThrows(
            IllegalArgumentException.class,
            () -> TransformerEncoderLayer.init(Key.of(1), 4, 2, 6, 1));
    assertEquals(
        "multihead_attention: the probability must be in [0, 1), got 1.0", dropout.getMessage());
  }
}
