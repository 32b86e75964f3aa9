package dev.tutti.nn.conformance;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Window;
import dev.tutti.nn.AdaptiveAvgPool1d;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.AdaptiveMaxPool1d;
import dev.tutti.nn.AdaptiveMaxPool2d;
import dev.tutti.nn.AvgPool1d;
import dev.tutti.nn.AvgPool2d;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose1d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.GlobalAvgPool;
import dev.tutti.nn.Layer;
import dev.tutti.nn.MaxPool1d;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.PaddingMode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// PyTorch's convolutions and poolings by name, for [LayerTable].
final class WindowTable {
  private static final Key KEY = Key.of(0);

  private static final Map<String, Function<Arguments, Layer>> ROWS = new HashMap<>();

  static {
    ROWS.put("Conv1d", WindowTable::conv1d);
    ROWS.put("Conv2d", WindowTable::conv2d);
    ROWS.put("ConvTranspose1d", WindowTable::convTranspose1d);
    ROWS.put("ConvTranspose2d", WindowTable::convTranspose2d);
    ROWS.put("MaxPool1d", WindowTable::maxPool1d);
    ROWS.put("MaxPool2d", a -> new MaxPool2d(window(a), a.flag("ceil_mode", false)));
    ROWS.put("AvgPool1d", WindowTable::avgPool1d);
    ROWS.put("AvgPool2d", WindowTable::avgPool2d);
    ROWS.put("AdaptiveAvgPool1d", a -> new AdaptiveAvgPool1d(a.integer("output_size")));
    ROWS.put("AdaptiveMaxPool1d", a -> new AdaptiveMaxPool1d(a.integer("output_size")));
    ROWS.put("AdaptiveAvgPool2d", WindowTable::adaptiveAvgPool2d);
    ROWS.put("AdaptiveMaxPool2d", WindowTable::adaptiveMaxPool2d);
    ROWS.put("GlobalAvgPool", a -> new GlobalAvgPool());
  }

  private WindowTable() {}

  /// {@return how each layer is made}
  static Map<String, Function<Arguments, Layer>> rows() {
    return ROWS;
  }

  /// Along one axis, PyTorch's single numbers are those of our columns.
  private static Conv2d.Geometry geometry(Arguments a) {
    int[] stride = a.pair("stride", 1);
    int[] dilation = a.pair("dilation", 1);
    PaddingMode mode =
        PaddingMode.valueOf(a.text("padding_mode", "zeros").toUpperCase(Locale.ROOT));
    return Conv2d.Geometry.DEFAULT
        .stride(stride[0], stride[1])
        .dilation(dilation[0], dilation[1])
        .padding(padding(a))
        .mode(mode)
        .groups(a.integer("groups", 1));
  }

  private static Padding padding(Arguments a) {
    if (a.isText("padding")) {
      return a.text("padding", null).equals("same") ? Padding.SAME : Padding.VALID;
    }
    int[] p = a.pair("padding", 0);
    return Padding.of(p[0], p[0], p[1], p[1]);
  }

  private static Layer conv1d(Arguments a) {
    return Conv1d.init(
        KEY,
        a.integer("in_channels"),
        a.integer("out_channels"),
        a.integer("kernel_size"),
        geometry(a),
        a.flag("bias", true));
  }

  private static Layer conv2d(Arguments a) {
    int[] kernel = a.pair("kernel_size");
    return Conv2d.init(
        KEY,
        a.integer("in_channels"),
        a.integer("out_channels"),
        kernel[0],
        kernel[1],
        geometry(a),
        a.flag("bias", true));
  }

  private static Layer convTranspose1d(Arguments a) {
    return ConvTranspose1d.init(
        KEY,
        a.integer("in_channels"),
        a.integer("out_channels"),
        a.integer("kernel_size"),
        geometry(a),
        a.integer("output_padding", 0),
        a.flag("bias", true));
  }

  private static Layer convTranspose2d(Arguments a) {
    int[] kernel = a.pair("kernel_size");
    int[] outputPadding = a.pair("output_padding", 0);
    return ConvTranspose2d.init(
        KEY,
        a.integer("in_channels"),
        a.integer("out_channels"),
        kernel[0],
        kernel[1],
        geometry(a),
        outputPadding[0],
        outputPadding[1],
        a.flag("bias", true));
  }

  /// Without a stride windows touch.
  private static Window window(Arguments a) {
    int[] kernel = a.pair("kernel_size");
    int[] stride = a.has("stride") ? a.pair("stride") : kernel;
    int[] p = a.pair("padding", 0);
    int[] dilation = a.pair("dilation", 1);
    return Window.of(kernel[0], kernel[1])
        .stride(stride[0], stride[1])
        .padding(p[0], p[0], p[1], p[1])
        .dilation(dilation[0], dilation[1]);
  }

  private static Layer maxPool1d(Arguments a) {
    int kernel = a.integer("kernel_size");
    return new MaxPool1d(
        kernel,
        a.integer("stride", kernel),
        a.integer("padding", 0),
        a.integer("dilation", 1),
        a.flag("ceil_mode", false));
  }

  private static Layer avgPool1d(Arguments a) {
    int kernel = a.integer("kernel_size");
    return new AvgPool1d(
        kernel,
        a.integer("stride", kernel),
        a.integer("padding", 0),
        a.flag("ceil_mode", false),
        a.flag("count_include_pad", true));
  }

  private static Layer avgPool2d(Arguments a) {
    boolean counts = a.flag("count_include_pad", true);
    return new AvgPool2d(window(a), a.flag("ceil_mode", false), counts);
  }

  private static Layer adaptiveAvgPool2d(Arguments a) {
    int[] size = a.pair("output_size");
    return new AdaptiveAvgPool2d(size[0], size[1]);
  }

  private static Layer adaptiveMaxPool2d(Arguments a) {
    int[] size = a.pair("output_size");
    return new AdaptiveMaxPool2d(size[0], size[1]);
  }
}
