package dev.tutti.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `vmap` against a loop over the members, bit for bit, whichever inputs are mapped.
class OpVmapTest {
  private static final int MEMBERS = 3;
  private static final int OUTER = 2;

  /// Beyond this many inputs the ways to map them over two axes are sampled.
  private static final int ALL_WAYS = 3;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void equalsTheLoop(OpCase c) {
    for (DType floats : c.types()) {
      for (int mapped = 1; mapped < 1 << c.inputs().size(); mapped++) {
        Tensor[] in = c.stacked(floats, MEMBERS, mapped);
        Tensor all = Transforms.vmap(function(c, in, mapped)).apply(arguments(in, mapped));
        for (int m = 0; m < MEMBERS; m++) {
          Tensor one = c.apply(entry(in, mapped, m));
          Expect.sameBits("mapped " + OpCase.bits(mapped) + ", member " + m, one, all.get(m));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void nestsLikeTwoLoops(OpCase c) {
    for (int[] way : ways(c.inputs().size())) {
      int inner = way[0];
      int outer = way[1];
      Tensor[] in = twiceStacked(c, inner, outer);
      Function<List<Tensor>, Tensor> one =
          entry -> {
            Tensor[] within = OpCase.with(in, OpCase.bits(outer), entry);
            return Transforms.vmap(function(c, within, inner)).apply(arguments(within, inner));
          };
      Tensor all = Transforms.vmap(one).apply(arguments(in, outer));
      String what = "mapped inside " + OpCase.bits(inner) + ", outside " + OpCase.bits(outer);
      for (int o = 0; o < OUTER; o++) {
        Tensor[] within = entry(in, outer, o);
        for (int m = 0; m < MEMBERS; m++) {
          Tensor expected = c.apply(entry(within, inner, m));
          Expect.sameBits(what + ", " + o + ", " + m, expected, all.get(o).get(m));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void chunksOneMemberAndNoMember(OpCase c) {
    int everything = (1 << c.inputs().size()) - 1;
    Tensor[] in = c.stacked(DType.FLOAT32, 5, everything);
    Vmap<List<Tensor>, Tensor> f = Transforms.vmap(function(c, in, everything));
    Tensor whole = f.apply(List.of(in));
    Expect.sameBits("chunks of 2", whole, f.chunk(2).apply(List.of(in)));
    Expect.sameBits("chunks of 1", whole, f.chunk(1).apply(List.of(in)));
    for (int size = 0; size < 2; size++) {
      List<Tensor> few = Tree.slice(List.of(in), 0, size);
      Expect.sameBits(size + " members", whole.slice(0, 0, size), f.apply(few));
    }
  }

  /// Which inputs are mapped inside and outside, at least one each.
  private static List<int[]> ways(int inputs) {
    List<int[]> ways = new ArrayList<>();
    int sets = 1 << inputs;
    if (inputs <= ALL_WAYS) {
      for (int inner = 1; inner < sets; inner++) {
        for (int outer = 1; outer < sets; outer++) {
          ways.add(new int[] {inner, outer});
        }
      }
    } else {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < 32; i++) {
        ways.add(new int[] {random.nextInt(1, sets), random.nextInt(1, sets)});
      }
    }
    return ways;
  }

  private static Tensor[] twiceStacked(OpCase c, int inner, int outer) {
    Tensor[][] groups = new Tensor[OUTER][];
    for (int o = 0; o < OUTER; o++) {
      groups[o] = new Tensor[c.inputs().size()];
      for (int i = 0; i < groups[o].length; i++) {
        Tensor[] members = new Tensor[(inner >> i & 1) != 0 ? MEMBERS : 1];
        for (int m = 0; m < members.length; m++) {
          members[m] = c.inputs(DType.FLOAT32, (outer >> i & 1) != 0 ? o * MEMBERS + m : m)[i];
        }
        groups[o][i] = members.length > 1 ? Tensor.stack(members) : members[0];
      }
    }
    Tensor[] in = groups[0].clone();
    for (int i : OpCase.bits(outer)) {
      in[i] = Tensor.stack(groups[0][i], groups[1][i]);
    }
    return in;
  }

  /// The case as a function of its mapped inputs; the others are captured.
  static Function<List<Tensor>, Tensor> function(OpCase c, Tensor[] in, int mapped) {
    return members -> c.apply(OpCase.with(in, OpCase.bits(mapped), members));
  }

  static List<Tensor> arguments(Tensor[] in, int mapped) {
    return OpCase.pick(in, OpCase.bits(mapped));
  }

  /// Entry `m` of the mapped inputs together with the others: copies, since a kernel that overlooks
  /// where a view starts would be wrong about members and entries alike.
  static Tensor[] entry(Tensor[] in, int mapped, int m) {
    List<Tensor> copies = Tree.map(Tree.get(arguments(in, mapped), m), OpVmapTest::copy);
    return OpCase.with(in, OpCase.bits(mapped), copies);
  }

  private static Tensor copy(Tensor t) {
    Tensor copy =
        switch (t.dtype()) {
          case FLOAT32 -> Tensor.of(t.toFloats());
          case FLOAT64 -> Tensor.of(t.toDoubles());
          case INT32 -> Tensor.of(t.toInts());
        };
    return copy.reshape(t.shape());
  }
}
