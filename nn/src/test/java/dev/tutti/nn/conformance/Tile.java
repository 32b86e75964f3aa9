package dev.tutti.nn.conformance;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Layer;
import dev.tutti.nn.io.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parameters that `models.py` gives to large networks: pieces of one tile of random numbers,
/// scaled. The same float operations in the same order, so the same bits.
///
/// @param tile the numbers
/// @param shift how much further each tensor begins
record Tile(float[] tile, int shift) {
  /// {@return the network with the parameters of PyTorch's, whose state dict has these names in
  /// this order}
  Layer fill(Layer network, List<?> names) {
    Map<String, Tensor> own = StateDict.of(network);
    Map<String, Tensor> filled = new LinkedHashMap<>();
    for (int n = 0; n < names.size(); n++) {
      String name = (String) names.get(n);
      if (own.containsKey(name)) {
        filled.put(name, filled(name, n, own.get(name)));
      }
    }
    return StateDict.load(network, filled);
  }

  private Tensor filled(String name, int n, Tensor like) {
    if (like.dtype() == DType.INT32) {
      return like;
    }
    int[] dims = like.shape().dims();
    float[] values = new float[like.size()];
    float fanIn = (float) Math.sqrt(2.0 * dims[0] / like.size());
    for (int i = 0; i < values.length; i++) {
      float v = tile[(shift * n + i) % tile.length];
      if (name.endsWith("running_var")) {
        values[i] = 0.75f + 0.5f * Math.abs(v);
      } else if (dims.length > 1) {
        values[i] = v * fanIn;
      } else {
        values[i] = name.endsWith("weight") ? 1 + 0.1f * v : 0.1f * v;
      }
    }
    return Tensor.of(values, dims);
  }
}
