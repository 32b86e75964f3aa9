package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Five steps of the optimisers on logistic regression with three parameters beside the
/// trajectories of PyTorch 2.6.0, computed there in float64:
///
/// ```
/// p = tensor([1, -2, .5]); loss = softplus(-y * (X @ p)).mean()
/// ```
class PyTorchTest {
  private static final Tensor X =
      Tensor.of(new float[] {0.5f, -1, 2, 1.5f, 0.25f, -0.5f, -0.75f, 1, 0.5f, 2, -0.5f, -1}, 4, 3);
  private static final Tensor Y = Tensor.of(1, -1, -1, 1);

  private static Tensor loss(Tensor p) {
    return Y.neg().mul(X.matmul(p.reshape(3, 1)).reshape(4)).softplus().mean();
  }

  static Stream<Arguments> trajectories() {
    return Stream.of(
        // SGD(lr=.5, momentum=.9, nesterov=True, weight_decay=.01)
        Arguments.of(
            new Sgd(0.9, true, 0.01),
            0.5,
            new double[][] {
              {0.8015682896468646, -2.055312366699554, 0.5628013035014041},
              {0.5671565682605679, -2.1349850916383164, 0.6316223606615983},
              {0.34530913110904743, -2.238581124900897, 0.6864450300182624},
              {0.17457353834316477, -2.3660009938348043, 0.7112274305455306},
              {0.07082537257902818, -2.5148721658625086, 0.6999196431826673}
            }),
        // SGD(lr=.5, momentum=.9, weight_decay=.01)
        Arguments.of(
            new Sgd(0.9, false, 0.01),
            0.5,
            new double[][] {
              {0.8955622577088761, -2.0291117719471337, 0.533053317632318},
              {0.7100092995247685, -2.0845521346707834, 0.5903661095913075},
              {0.4774477417713545, -2.1643415896703333, 0.6583830975638081},
              {0.24040740685706885, -2.2678331092206796, 0.719644402603379},
              {0.042152913528161556, -2.395524122936238, 0.7559924364266738}
            }),
        // Adam(lr=.1)
        Arguments.of(
            new Adam(),
            0.1,
            new double[][] {
              {0.9000000050282716, -2.0999999872161266, 0.5999999859366167},
              {0.8006925110715881, -2.199929032288851, 0.6987564186530533},
              {0.7029353344515689, -2.299776080310626, 0.7946802037557033},
              {0.6080515193062351, -2.3995584209096643, 0.8851708402768206},
              {0.5179588246654865, -2.4993170033059062, 0.9662722846812772}
            }),
        // Adam(lr=.1, weight_decay=.05)
        Arguments.of(
            new Adam().weightDecay(0.05),
            0.1,
            new double[][] {
              {0.9000000040180733, -1.9000000459211333, 0.5999999783111525},
              {0.8007394743937808, -1.8057725937094102, 0.6950363931481268},
              {0.7031921614016382, -1.7322061173738945, 0.7732855914837499},
              {0.6088310291332186, -1.7004822139328586, 0.8150568934158031},
              {0.5193990289228514, -1.7095650340240622, 0.8145612003604602}
            }),
        // AdamW(lr=.1, weight_decay=.05)
        Arguments.of(
            Adam.w(0.05),
            0.1,
            new double[][] {
              {0.8950000050282716, -2.089999987216127, 0.5974999859366168},
              {0.7912586690808986, -2.179495680596116, 0.6932264024566791},
              {0.6896893633019522, -2.268490061792435, 0.7854978132125038},
              {0.5917107673521743, -2.357014210066388, 0.8715224710832481},
              {0.4993830720413832, -2.445121098144375, 0.9470380252898558}
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trajectories")
  void trajectory(Optimizer optimizer, double lr, double[][] expected) {
    Tensor p = Tensor.of(1, -2, 0.5f);
    Optimizer.Memory<Tensor> memory = optimizer.init(p);
    for (int t = 0; t < expected.length; t++) {
      Tensor g = Transforms.grad(PyTorchTest::loss).apply(p);
      Optimizer.Stepped<Tensor> next = optimizer.step(p, g, memory, Tensor.scalar(lr));
      p = next.params();
      memory = next.memory();
      double[] actual = p.toDoubles();
      for (int i = 0; i < 3; i++) {
        // A handful of float32 roundings of parameters of order 1.
        assertEquals(expected[t][i], actual[i], 2e-6, "step " + (t + 1) + ", parameter " + i);
      }
    }
  }
}
