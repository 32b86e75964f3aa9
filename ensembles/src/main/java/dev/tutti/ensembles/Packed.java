package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;

/// Packed versions of the models, layer for layer.
public final class Packed {
  private Packed() {}

  /// {@return the packed LeNet of torch-uncertainty's tutorial: with `alpha` 2, 4 members and
  /// `gamma` 1 on 28×28 grey images and 10 classes, 45,672 parameters and 368,880 multiply-adds}
  ///
  /// It takes images of any size of at least 16×16, not only those of the size in `image`; see
  /// [LeNet].
  public static PackedEnsemble leNet(Key key, Shape image, int classes, Packing p) {
    Conv2d.Geometry plain = Conv2d.Geometry.DEFAULT;
    int c = image.dim(2);
    int pixels = LeNet.features(image) / 16; // of a channel, after pooling
    PackedConv2d conv2 = PackedConv2d.init(key.fold(1), 6, 16, 5, plain, p, false, false);
    LeNet network =
        new LeNet(
            PackedConv2d.init(key.fold(0), c, 6, 5, plain, p, true, false),
            conv2,
            PackedLinear.initOn(key.fold(2), conv2.channels() * pixels, 120, p, false),
            PackedLinear.init(key.fold(3), 120, 84, p, false, false),
            PackedLinear.init(key.fold(4), 84, classes, p, false, true));
    return new PackedEnsemble(network, p.members());
  }

  /// {@return the packed multi-layer perceptron}
  public static PackedEnsemble mlp(Key key, int in, int hidden, int classes, Packing p) {
    Mlp network =
        new Mlp(
            PackedLinear.init(key.fold(0), in, hidden, p, true, false),
            PackedLinear.init(key.fold(1), hidden, hidden, p, false, false),
            PackedLinear.init(key.fold(2), hidden, classes, p, false, true));
    return new PackedEnsemble(network, p.members());
  }

  /// {@return the packed [ConvNet]}
  public static PackedEnsemble convNet(Key key, Shape image, int classes, Packing p) {
    Conv2d.Geometry halving = ConvNet.halving(image);
    PackedConv2d conv4 = PackedConv2d.init(key.fold(3), 96, 96, 3, halving, p, false, false);
    ConvNet network =
        new ConvNet(
            PackedConv2d.init(key.fold(0), image.dim(2), 32, 3, halving, p, true, false),
            PackedConv2d.init(key.fold(1), 32, 64, 3, halving, p, false, false),
            PackedConv2d.init(key.fold(2), 64, 96, 3, halving, p, false, false),
            conv4,
            PackedLinear.initOn(key.fold(4), conv4.channels(), 96, p, false),
            PackedLinear.init(key.fold(5), 96, classes, p, false, true));
    return new PackedEnsemble(network, p.members());
  }
}
