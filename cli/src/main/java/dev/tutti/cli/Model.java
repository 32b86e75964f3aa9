package dev.tutti.cli;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.Packed;
import dev.tutti.ensembles.PackedEnsemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The choices of `--model`.
enum Model {
  LENET {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return LeNet.init(key, example, classes);
    }

    @Override
    PackedEnsemble packed(Key key, Shape example, int classes, Packing packing) {
      return Packed.leNet(key, example, classes, packing);
    }
  },
  CONVNET {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return ConvNet.init(key, example, classes);
    }

    @Override
    PackedEnsemble packed(Key key, Shape example, int classes, Packing packing) {
      return Packed.convNet(key, example, classes, packing);
    }
  },
  MLP {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return Mlp.init(key, example.size(), Defaults.HIDDEN, classes);
    }

    @Override
    PackedEnsemble packed(Key key, Shape example, int classes, Packing packing) {
      return Packed.mlp(key, example.size(), Defaults.HIDDEN, classes, packing);
    }
  };

  /// The smallest side of an image that LeNet's two convolutions leave something of.
  private static final int LENET_SIDE = 16;

  /// {@return one network for examples of this shape}
  abstract Layer init(Key key, Shape example, int classes);

  /// {@return its packed version}
  abstract PackedEnsemble packed(Key key, Shape example, int classes, Packing packing);

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Model::label).toList();
  }

  static Model parse(String name) {
    for (Model model : values()) {
      if (model.label().equals(name)) {
        return model;
      }
    }
    throw UsageError.unknown("model", name, labels());
  }

  /// {@return the model where none is asked for: LeNet for images that it can take, else the
  /// perceptron}
  static Model forShape(Shape example) {
    boolean image = example.rank() == 3;
    return image && Math.min(example.dim(0), example.dim(1)) >= LENET_SIDE ? LENET : MLP;
  }
}
