package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.Packed;
import dev.tutti.ensembles.PackedEnsemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.WideResNet;
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
  },
  RESNET18 {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return ResNet.resnet18().stem(stem(example)).init(key, example, classes);
    }
  },
  RESNET34 {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return ResNet.resnet34().stem(stem(example)).init(key, example, classes);
    }
  },
  RESNET50 {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return ResNet.resnet50().stem(stem(example)).init(key, example, classes);
    }
  },
  WIDERESNET28X10 {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return WideResNet.wideResNet28x10().init(key, example, classes);
    }
  },
  VGG11_BN {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return Vgg.vgg11().batchNorm(true).head(head(example)).init(key, example, classes);
    }
  },
  VGG16_BN {
    @Override
    Layer init(Key key, Shape example, int classes) {
      return Vgg.vgg16().batchNorm(true).head(head(example)).init(key, example, classes);
    }
  };

  /// The smallest side of an image that LeNet's two convolutions accept.
  private static final int LENET_SIDE = 16;

  /// The smallest side of an image that networks treat as ImageNet's.
  private static final int IMAGENET_SIDE = 64;

  /// The methods that any network can be used with.
  private static final List<Method> ANY = List.of(Method.SINGLE, Method.DEEP, Method.BATCH);

  /// {@return one network for examples of this shape}
  abstract Layer init(Key key, Shape example, int classes);

  /// {@return its packed version}
  PackedEnsemble packed(Key key, Shape example, int classes, Packing packing) {
    throw new IllegalStateException(label() + " has no packed version");
  }

  /// {@return the methods that it can be used with}
  List<Method> methods() {
    return switch (this) {
      case LENET, CONVNET, MLP -> List.of(Method.values());
      default -> ANY;
    };
  }

  private static ResNet.Stem stem(Shape image) {
    return small(image) ? ResNet.Stem.CIFAR : ResNet.Stem.IMAGENET;
  }

  private static Vgg.Head head(Shape image) {
    return small(image) ? Vgg.Head.CIFAR : Vgg.Head.IMAGENET;
  }

  private static boolean small(Shape image) {
    return Math.min(image.dim(0), image.dim(1)) < IMAGENET_SIDE;
  }

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

  /// {@return the default model: LeNet for images that it can take, else the perceptron}
  static Model forShape(Shape example) {
    boolean image = example.rank() == 3;
    return image && Math.min(example.dim(0), example.dim(1)) >= LENET_SIDE ? LENET : MLP;
  }
}
