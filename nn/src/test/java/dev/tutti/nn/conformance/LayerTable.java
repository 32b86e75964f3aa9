package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.ChannelDropout;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.ELU;
import dev.tutti.nn.Embedding;
import dev.tutti.nn.FilterResponseNorm;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.GroupNorm;
import dev.tutti.nn.Identity;
import dev.tutti.nn.InstanceNorm;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.LeakyReLU;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Softplus;
import dev.tutti.nn.Unflatten;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.attention.TransformerEncoder;
import dev.tutti.nn.attention.TransformerEncoderLayer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// PyTorch's layers by name: how ours is made from the arguments that PyTorch's was made from.
final class LayerTable {
  private static final Key KEY = Key.of(0);

  /// A layer whose parameters are to be replaced.
  ///
  /// @param make the layer of PyTorch's arguments
  /// @param axes how its activations are ordered
  record Row(Function<Arguments, Layer> make, Axes axes) {}

  private static final Map<String, Row> ROWS = new TreeMap<>();

  static {
    features("Linear", LayerTable::linear);
    channels("BatchNorm1d", a -> tracking(a, true, BatchNorm::new));
    channels("BatchNorm2d", a -> tracking(a, true, BatchNorm::new));
    channels("InstanceNorm1d", a -> tracking(a, false, InstanceNorm::new));
    channels("InstanceNorm2d", a -> tracking(a, false, InstanceNorm::new));
    channels("GroupNorm", LayerTable::groupNorm);
    channels("FilterResponseNorm", LayerTable::filterResponseNorm);
    features("LayerNorm", LayerTable::layerNorm);
    features("Embedding", LayerTable::embedding);
    features("MultiheadAttention", LayerTable::attention);
    features("TransformerEncoderLayer", LayerTable::encoderLayer);
    features("TransformerEncoder", LayerTable::encoder);
    features("ReLU", a -> Activation.RELU);
    features("ReLU6", a -> Activation.RELU6);
    features("SiLU", a -> Activation.SILU);
    features("Mish", a -> Activation.MISH);
    features("SELU", a -> Activation.SELU);
    features("Tanh", a -> Activation.TANH);
    features("Sigmoid", a -> Activation.SIGMOID);
    features("Hardsigmoid", a -> Activation.HARDSIGMOID);
    features("Hardswish", a -> Activation.HARDSWISH);
    features("GELU", LayerTable::gelu);
    features("LeakyReLU", a -> new LeakyReLU(a.number("negative_slope", 0.01)));
    features("ELU", a -> new ELU(a.number("alpha", 1)));
    features("Softplus", a -> new Softplus(a.number("beta", 1), a.number("threshold", 20)));
    features("Softmax", a -> lastAxis(a, Activation.SOFTMAX));
    features("LogSoftmax", a -> lastAxis(a, Activation.LOG_SOFTMAX));
    WindowTable.rows().forEach(LayerTable::channels);
    channels("Unflatten", LayerTable::unflatten);
    features("Identity", a -> new Identity());
    channels("Flatten", a -> new Flatten(Flatten.Order.CHANNELS_FIRST));
    features("Dropout", a -> new Dropout(a.number("p")));
    channels("Dropout1d", a -> new ChannelDropout(a.number("p")));
    channels("Dropout2d", a -> new ChannelDropout(a.number("p")));
  }

  private LayerTable() {}

  private static void features(String torch, Function<Arguments, Layer> make) {
    ROWS.put(torch, new Row(make, Axes.SAME));
  }

  private static void channels(String torch, Function<Arguments, Layer> make) {
    ROWS.put(torch, new Row(make, Axes.CHANNELS));
  }

  /// {@return the row of each layer of PyTorch that has one}
  static Map<String, Row> rows() {
    return ROWS;
  }

  private static Layer linear(Arguments a) {
    Linear layer = Linear.init(KEY, a.integer("in_features"), a.integer("out_features"));
    return a.flag("bias", true) ? layer : new Linear(layer.weight(), null);
  }

  private static Layer gelu(Arguments a) {
    return a.text("approximate", "none").equals("tanh") ? Activation.GELU_TANH : Activation.GELU;
  }

  private static Layer lastAxis(Arguments a, Layer layer) {
    assertEquals(-1, a.integer("dim"), "our softmaxes run along the last axis");
    return layer;
  }

  /// PyTorch's shape has the channels first.
  private static Layer unflatten(Arguments a) {
    assertEquals(1, a.integer("dim"), "ours splits the features");
    int[] torch = a.integers("unflattened_size");
    int[] dims = Arrays.copyOfRange(torch, 1, torch.length + 1);
    dims[torch.length - 1] = torch[0];
    return new Unflatten(Flatten.Order.CHANNELS_FIRST, Shape.of(dims));
  }

  private static Layer embedding(Arguments a) {
    Embedding layer = Embedding.init(KEY, a.integer("num_embeddings"), a.integer("embedding_dim"));
    return a.has("padding_idx") ? new Embedding(layer.weight(), a.integer("padding_idx")) : layer;
  }

  private static Layer attention(Arguments a) {
    int width = a.integer("embed_dim");
    MultiheadAttention layer = MultiheadAttention.init(KEY, width, a.integer("num_heads"), 0);
    if (a.flag("bias", true)) {
      return layer;
    }
    Linear out = new Linear(((Linear) layer.outProj()).weight(), null);
    return new MultiheadAttention(layer.inProjWeight(), null, out, layer.heads(), 0);
  }

  private static TransformerEncoderLayer encoderLayer(Arguments a) {
    int width = a.integer("d_model");
    int heads = a.integer("nhead");
    int hidden = a.integer("dim_feedforward");
    boolean gelu = a.text("activation", "relu").equals("gelu");
    TransformerEncoderLayer layer =
        TransformerEncoderLayer.init(KEY, width, heads, hidden, a.number("dropout"))
            .activation(gelu ? Activation.GELU : Activation.RELU)
            .normFirst(a.flag("norm_first", false));
    Layer norm = LayerNorm.init(Shape.of(width), a.number("layer_norm_eps", 1e-5), true);
    return Tree.replace(layer, LayerNorm.class, old -> norm);
  }

  private static Layer encoder(Arguments a) {
    Layer norm = a.flag("norm", false) ? LayerNorm.init(a.integer("d_model")) : null;
    return TransformerEncoder.init(KEY, a.integer("num_layers"), key -> encoderLayer(a), norm);
  }

  /// The canonical constructor of the layers with running statistics.
  private interface Tracking {
    Layer of(
        Tensor weight,
        Tensor bias,
        Tensor mean,
        Tensor var,
        Tensor count,
        Double momentum,
        double eps);
  }

  private static Layer tracking(Arguments a, boolean usually, Tracking make) {
    int c = a.integer("num_features");
    boolean affine = a.flag("affine", usually);
    boolean tracks = a.flag("track_running_stats", usually);
    return make.of(
        affine ? Tensor.ones(c) : null,
        affine ? Tensor.zeros(c) : null,
        tracks ? Tensor.zeros(c) : null,
        tracks ? Tensor.ones(c) : null,
        tracks ? Tensor.full(DType.INT32, 0, Shape.SCALAR) : null,
        a.numberOrNull("momentum", 0.1),
        a.number("eps", 1e-5));
  }

  private static Layer layerNorm(Arguments a) {
    Shape shape = Shape.of(a.integers("normalized_shape"));
    boolean affine = a.flag("elementwise_affine", true);
    LayerNorm layer = LayerNorm.init(shape, a.number("eps", 1e-5), affine);
    return a.flag("bias", true)
        ? layer
        : new LayerNorm(layer.weight(), null, layer.normalizedShape(), layer.eps());
  }

  private static Layer groupNorm(Arguments a) {
    int groups = a.integer("num_groups");
    int channels = a.integer("num_channels");
    return GroupNorm.init(groups, channels, a.number("eps", 1e-5), a.flag("affine", true));
  }

  private static Layer filterResponseNorm(Arguments a) {
    FilterResponseNorm layer = FilterResponseNorm.init(a.integer("num_features"));
    double eps = a.number("eps", 1e-6);
    return new FilterResponseNorm(layer.weight(), layer.bias(), layer.tau(), eps);
  }
}
