package dev.tutti.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.TorchNumbers;
import dev.tutti.testkit.Expect;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The transformer encoder against PyTorch's.
class TransformerEncoderTest {
  private static final Tensor PADDING = Tensor.of(new int[] {0, 0, 1, 0, 1, 0}, 2, 3);

  /// PyTorch 2.15.0: `nn.TransformerEncoderLayer(4, 2, 6)`, and two of them with GELU and
  /// `norm_first` in an `nn.TransformerEncoder` with a norm.
  @Test
  void encoderAsInPyTorch() {
    Tensor x = TorchNumbers.input(2, 3, 4);
    TransformerEncoderLayer plain = TransformerEncoderLayer.init(Key.of(1), 4, 2, 6, 0.1);
    TorchNumbers.same(
        new double[] {
          0.12159292859857743,
          2.506064208606594,
          -0.519105582179568,
          -0.7441818705428156,
          -2.127502358216156,
          0.33154969480398133,
          0.5757811255421313,
          2.0170290079997635,
          0.15238113130990857,
          2.385094480422688,
          -1.3924046849990819,
          0.03230407610198874,
          -2.1116444463446853,
          1.756476813509404,
          -0.025834694953067845,
          1.386068240918113,
          -0.5962627251667988,
          1.252047963467301,
          -1.6467788597445663,
          1.771748859084797,
          -0.5020174633940995,
          2.747372393182564,
          -0.6009021862895356,
          -0.32070138603180615
        },
        TorchNumbers.filled(plain).apply(x));
    TransformerEncoderLayer first = plain.activation(Activation.GELU).normFirst(true);
    TransformerEncoder encoder =
        TorchNumbers.filled(TransformerEncoder.init(Key.of(1), 2, k -> first, LayerNorm.init(4)));
    TorchNumbers.same(
        new double[] {
          -0.20288346380389932,
          1.7186072240324977,
          -1.3376522041927066,
          -0.7464869581168477,
          -1.6826688136337171,
          1.2875318494968615,
          1.2036123129269525,
          -0.44833090762016675,
          -0.07025967026761872,
          1.575247107816251,
          -1.6799151981693525,
          -0.450320293376581,
          -1.4371714368525903,
          1.7216192365556522,
          0.49601503502302824,
          -0.6324812035146874,
          -0.4658865376281668,
          1.6999619546426763,
          -1.7931828371001854,
          0.1371458037420519,
          -0.6173358881883868,
          1.925564377484544,
          -1.0121045619961606,
          -0.6583722734915008
        },
        encoder.apply(x));
    TorchNumbers.same(
        new double[] {
          -0.2778571794433572,
          1.7586696199329146,
          -1.3759775354304429,
          -0.6374015065357634,
          -1.6836906807566976,
          1.3005896580089755,
          1.1820554280206375,
          -0.4404471613789457,
          -0.16563366958619333,
          1.625473458403354,
          -1.7108374474125134,
          -0.32834305507569683,
          -1.4312104243532513,
          1.7138587089451698,
          0.5199103982103184,
          -0.6565081164433619,
          -0.40122573490985597,
          1.6579958148850447,
          -1.8466408246967907,
          0.1371840772192249,
          -0.6186370896901046,
          1.9252295340279404,
          -1.0439168877335605,
          -0.6244811978188572
        },
        encoder.apply(x, AttentionMask.NONE.keyPadding(PADDING), Ctx.inference()));
  }

  @Test
  void namesAreTorchs() {
    TransformerEncoder encoder =
        TransformerEncoder.init(
            Key.of(1), 1, k -> TransformerEncoderLayer.init(k, 4, 2, 6, 0), LayerNorm.init(4));
    assertEquals(
        List.of(
            "layers.0.self_attn.in_proj_weight",
            "layers.0.self_attn.in_proj_bias",
            "layers.0.self_attn.out_proj.weight",
            "layers.0.self_attn.out_proj.bias",
            "layers.0.linear1.weight",
            "layers.0.linear1.bias",
            "layers.0.linear2.weight",
            "layers.0.linear2.bias",
            "layers.0.norm1.weight",
            "layers.0.norm1.bias",
            "layers.0.norm2.weight",
            "layers.0.norm2.bias",
            "norm.weight",
            "norm.bias"),
        Expect.paths(encoder));
    Tensor x = Tensor.ones(1, 2, 4);
    TransformerEncoder bare = new TransformerEncoder(encoder.layers(), null);
    Expect.sameBits("no norm", encoder.layers().getFirst().apply(x), bare.apply(x));
  }

  /// Attention, activation and network each have a mask of their own.
  @Test
  void encoderLayersDropThrice() {
    TransformerEncoderLayer layer = TransformerEncoderLayer.init(Key.of(1), 4, 2, 6, 0.5);
    Ctx ctx = Ctx.training(Key.of(2));
    layer.apply(Tensor.ones(2, 3, 4), ctx);
    assertArrayEquals(Key.of(2).fold(4).bits().toInts(), ctx.nextKey().bits().toInts());
  }
}
