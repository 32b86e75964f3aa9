package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.nn.models.BasicBlock;
import dev.tutti.nn.models.Bottleneck;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.WideResNet;
import dev.tutti.testkit.Values;
import java.util.List;

/// Rows of whole networks and their blocks.
final class ModelRows {
  private static final Shape SMALL = Shape.of(8, 8, 2);

  static final List<LayerRow> ROWS =
      List.of(
          row("Mlp", k -> Mlp.init(k, 12, 6, 4), 3, 2, 3, 2),
          row("LeNet", k -> LeNet.init(k, Shape.of(16, 17, 2), 5), 2, 16, 17, 2),
          row("ConvNet", k -> ConvNet.init(k, Shape.of(5, 6, 3), 4), 2, 5, 6, 3),
          row("BasicBlock", k -> drawn(k, BasicBlock.init(k, 3, 3, 1, false)), 2, 3, 4, 3),
          row("BasicBlock, stride 2", k -> drawn(k, BasicBlock.init(k, 2, 3, 2, true)), 2, 5, 4, 2),
          row("Bottleneck", k -> drawn(k, Bottleneck.init(k, 8, 2, 1, true)), 2, 3, 3, 8),
          row(
              "Bottleneck, stride 2",
              k -> drawn(k, Bottleneck.init(k, 3, 1, 2, false)),
              2,
              5,
              4,
              3),
          row("ResNet", ModelRows::resNet, 3, 17, 16, 2),
          row("WideResNet.Block", k -> drawn(k, wide(k, 3, 3, 1)), 2, 3, 4, 3),
          row("WideResNet.Block, stride 2", k -> drawn(k, wide(k, 2, 3, 2)), 2, 5, 4, 2),
          row("WideResNet", ModelRows::wide, 2, 8, 8, 2),
          row("Vgg", ModelRows::vgg, 2, 8, 8, 2),
          row("Vgg with normalisation", ModelRows::vggNormalised, 2, 8, 8, 2)
              .idle("features.0.bias", "features.4.bias", "features.7.bias"));

  private ModelRows() {}

  private static Layer resNet(Key key) {
    List<Integer> blocks = List.of(1, 1, 1, 1);
    ResNet.Config config =
        new ResNet.Config(ResNet.Block.BASIC, blocks, ResNet.Stem.IMAGENET, 2, false);
    return drawn(key, config.init(key, Shape.of(17, 16, 2), 3));
  }

  private static Layer wide(Key key, int in, int planes, int stride) {
    return WideResNet.Block.init(key, in, planes, stride, 0.3);
  }

  private static Layer wide(Key key) {
    return drawn(key, new WideResNet.Config(10, 2, 2, 0.3).init(key, SMALL, 3));
  }

  private static Layer vgg(Key key) {
    Vgg.Config config = new Vgg.Config(List.of(1, 2), 1, false, Vgg.Head.IMAGENET, 0.5);
    return drawn(key, config.init(key, SMALL, 3));
  }

  private static Layer vggNormalised(Key key) {
    Vgg.Config config = new Vgg.Config(List.of(1, 2), 2, true, Vgg.Head.CIFAR, 0.5);
    return drawn(key, config.init(key, SMALL, 3));
  }

  /// Biases, gains and running statistics drawn, so that members differ in them too.
  private static Layer drawn(Key key, Layer model) {
    return Values.drawn(key.fold(99), model, t -> t.rank() == 1);
  }
}
