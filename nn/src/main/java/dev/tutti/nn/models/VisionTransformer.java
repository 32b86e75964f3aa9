package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.Structure;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.init.Init;
import java.util.LinkedHashMap;
import java.util.Map;

/// A transformer on the patches of an image (Dosovitskiy et al., *An image is worth 16×16 words*,
/// 2021), with the names, initial values and parameter counts of torchvision's `VisionTransformer`:
/// `[N, H, W, C] → [N, classes]`.
///
/// @param classToken the vector before the patches, `[1, 1, E]`
/// @param convProj patches to vectors of width E
/// @param encoder positions and blocks
/// @param heads the classifier of what the class token became
public record VisionTransformer(Tensor classToken, Layer convProj, Encoder encoder, Heads heads)
    implements Layer {
  private static final double EPS = 1e-6;

  /// The sizes of a network.
  ///
  /// @param image `[H, W, C]`
  /// @param patch the side of a patch, which divides H and W
  /// @param layers how many blocks
  /// @param heads of each block's attention
  /// @param width E
  /// @param mlp the width between a block's linear layers
  /// @param classes how many
  /// @param dropout of positions, attention and linear layers, in training
  /// @param attentionDropout of attention weights, in training
  public record Config(
      Shape image,
      int patch,
      int layers,
      int heads,
      int width,
      int mlp,
      int classes,
      double dropout,
      double attentionDropout) {
    /// Checks that patches cover the image.
    public Config {
      if (image.rank() != 3
          || patch < 1
          || image.dim(0) % patch != 0
          || image.dim(1) % patch != 0) {
        throw new ShapeError(
            "vision_transformer: needs images [H, W, C] of whole patches of "
                + patch
                + "×"
                + patch
                + ", got "
                + image
                + Images.hint(image));
      }
    }

    /// {@return ViT-B/16 without dropout: 12 blocks of width 768}
    public static Config base16(Shape image, int classes) {
      return new Config(image, 16, 12, 12, 768, 3072, classes, 0, 0);
    }

    /// {@return the small network of DeiT (Touvron et al., 2021), S/16, without dropout: 12 blocks
    /// of width 384 with 6 heads}
    public static Config small16(Shape image, int classes) {
      return new Config(image, 16, 12, 6, 384, 1536, classes, 0, 0);
    }

    /// {@return the tiny network of DeiT, Ti/16, without dropout: 12 blocks of width 192 with 3
    /// heads}
    public static Config tiny16(Shape image, int classes) {
      return new Config(image, 16, 12, 3, 192, 768, classes, 0, 0);
    }

    /// {@return the number of patches and the class token}
    public int positions() {
      return image.dim(0) / patch * (image.dim(1) / patch) + 1;
    }
  }

  /// Positions and blocks.
  ///
  /// @param posEmbedding added to the sequence, `[1, L, E]`
  /// @param layers called `encoder_layer_0`, `encoder_layer_1`, …
  /// @param ln of the last block's output
  /// @param dropout of positions
  public record Encoder(Tensor posEmbedding, Map<String, Block> layers, Layer ln, Layer dropout) {
    private Tensor apply(Tensor x, Ctx ctx) {
      Tensor y = dropout.apply(x.add(posEmbedding), ctx);
      for (int i = 0; i < layers.size(); i++) {
        y = layers.get(name(i)).apply(y, ctx);
      }
      return ln.apply(y, ctx);
    }

    private static String name(int i) {
      return "encoder_layer_" + i;
    }

    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  /// y = x + attention(ln_1(x)), y + mlp(ln_2(y)); names as torchvision's.
  @SuppressWarnings("MemberName")
  public record Block(
      Layer ln_1, SequenceLayer selfAttention, Layer ln_2, Layer mlp, Layer dropout) {
    private Tensor apply(Tensor x, Ctx ctx) {
      Tensor y = x.add(dropout.apply(selfAttention.apply(ln_1.apply(x, ctx), ctx), ctx));
      return y.add(SequenceLayer.atEveryPosition(mlp, ln_2.apply(y, ctx), ctx));
    }

    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  /// The classifier, a linear layer.
  public record Heads(Layer head) {
    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  /// {@return a network with torchvision's initial values; its logits are 0, since `heads.head` is}
  public static VisionTransformer init(Key key, Config c) {
    Map<String, Block> layers = new LinkedHashMap<>();
    for (int i = 0; i < c.layers; i++) {
      layers.put(Encoder.name(i), block(key.fold(3).fold(i), c));
    }
    Tensor positions = key.fold(2).normal(1, c.positions(), c.width).mul(0.02);
    return new VisionTransformer(
        Tensor.zeros(1, 1, c.width),
        patches(key.fold(1), c),
        new Encoder(positions, layers, norm(c), new Dropout(c.dropout)),
        new Heads(new Linear(Tensor.zeros(c.width, c.classes), Tensor.zeros(c.classes))));
  }

  /// Normal weights of variance 1 / fanIn, cut off at ±2.
  private static Conv2d patches(Key key, Config c) {
    int channels = c.image.dim(2);
    double std = 1 / Math.sqrt(channels * c.patch * c.patch);
    Tensor weight = Init.truncNormal(key, 0, std, -2, 2, c.patch, c.patch, channels, c.width);
    Conv2d.Geometry touching = new Conv2d.Geometry(c.patch, Padding.VALID, 1, 1);
    return new Conv2d(weight, Tensor.zeros(c.width), touching);
  }

  private static Block block(Key key, Config c) {
    Layer drop = new Dropout(c.dropout);
    Layer mlp =
        Sequential.of(
            linear(key.fold(1), c.width, c.mlp),
            Activation.GELU,
            drop,
            linear(key.fold(2), c.mlp, c.width),
            drop);
    SequenceLayer attention =
        MultiheadAttention.init(key.fold(0), c.width, c.heads, c.attentionDropout);
    return new Block(norm(c), attention, norm(c), mlp, drop);
  }

  private static Linear linear(Key key, int in, int out) {
    return new Linear(Init.xavierUniform(key.fold(0), in, out), key.fold(1).normal(out).mul(1e-6));
  }

  private static LayerNorm norm(Config c) {
    return LayerNorm.init(Shape.of(c.width), EPS, true);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor patches = convProj.apply(x, ctx);
    int n = patches.dim(0);
    int count = patches.dim(1) * patches.dim(2);
    int width = patches.dim(3);
    if (count + 1 != encoder.posEmbedding.dim(-2)) {
      throw new ShapeError(
          "vision_transformer: images "
              + x.shape()
              + " have "
              + count
              + " patches, there are positions for "
              + (encoder.posEmbedding.dim(-2) - 1));
    }
    Tensor token = classToken.expand(Shape.of(n, 1, width));
    Tensor sequence = Tensor.concat(1, token, patches.reshape(n, count, width));
    Tensor first = encoder.apply(sequence, ctx).slice(1, 0, 1).reshape(n, width);
    return heads.head.apply(first, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
