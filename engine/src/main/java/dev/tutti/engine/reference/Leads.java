package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Shape;

/// The broadcast leads of one call: for every lead entry of the output, where each input's suffix
/// starts in its storage.
public final class Leads {
  /// The number of lead entries of the output.
  public final int count;

  private final int[][] starts;

  private Leads(int count, int[][] starts) {
    this.count = count;
    this.starts = starts;
  }

  /// {@return the leads of one call}
  public static Leads of(Primitive p, Array[] in) {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    Shape leads = p.leads(shapes);
    int[][] starts = new int[in.length][];
    for (int i = 0; i < in.length; i++) {
      starts[i] = starts(in[i], shapes[i].leads(p.suffix(i)), leads);
    }
    return new Leads(leads.size(), starts);
  }

  /// {@return where the suffix of input `i` starts for lead entry `lead`}
  public int start(int i, int lead) {
    return starts[i][lead];
  }

  private static int[] starts(Array a, Shape own, Shape leads) {
    int block = own.size() == 0 ? 0 : a.shape().size() / own.size();
    int[] strides = Strides.broadcast(own, leads);
    int[] starts = new int[leads.size()];
    int[] index = new int[leads.rank()];
    int at = 0;
    for (int l = 0; l < starts.length; l++) {
      starts[l] = a.offset() + at * block;
      for (int d = leads.rank() - 1; d >= 0; d--) {
        at += strides[d];
        if (++index[d] < leads.dim(d)) {
          break;
        }
        at -= strides[d] * leads.dim(d);
        index[d] = 0;
      }
    }
    return starts;
  }
}
