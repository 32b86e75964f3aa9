package dev.tutti.ensembles.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.ensembles.methods.Masksembles;
import dev.tutti.ensembles.methods.McDropout;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.models.Mlp;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The checker finds leaks that are built in, of every kind, and none where there is none.
class IsolationTest {
  private static final Key KEY = Key.of(7);
  private static final Tensor X = KEY.fold(0).normal(9, 4);

  private static Layer network(Key key) {
    return Sequential.of(
        Linear.init(key.fold(0), 4, 6),
        BatchNorm.init(6),
        Activation.GELU,
        new Dropout(0.2),
        Linear.init(key.fold(1), 6, 3));
  }

  private static DeepEnsemble deep() {
    return DeepEnsemble.init(KEY, 3, IsolationTest::network);
  }

  private static Isolation check(Ensemble e) {
    return Isolation.check(e, X, KEY);
  }

  /// A deep ensemble that one wrong line spoils.
  private interface Spoiled extends Ensemble {
    DeepEnsemble inner();

    @Override
    default int members() {
      return inner().members();
    }

    @Override
    default Layer network() {
      return inner().network();
    }
  }

  /// A record with its members' parameters side by side.
  public record ReadsAnothersOutput(DeepEnsemble inner) implements Spoiled {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      Tensor all = inner.logits(x, ctx);
      Tensor next = Tensor.concat(0, all.slice(0, 1, 3), all.slice(0, 0, 1));
      return all.add(next.mul(1e-3));
    }
  }

  /// A product with 0 hides the leak from derivatives, until a member's weights overflow.
  public record TimesZero(DeepEnsemble inner) implements Spoiled {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      Tensor all = inner.logits(x, ctx);
      return all.add(all.sum(0).mul(0).detach());
    }
  }

  /// Normalised over all members, as a packed layer norm with its groups confused.
  public record NormalisesOverMembers(DeepEnsemble inner) implements Spoiled {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      Tensor all = inner.logits(x, ctx);
      return all.sub(all.mean(0));
    }
  }

  /// Only in training.
  public record LeaksInTraining(DeepEnsemble inner) implements Spoiled {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      Tensor all = inner.logits(x, ctx);
      return ctx.training() ? all.add(all.get(0)) : all;
    }
  }

  /// Member 1 reads the running statistics of member 0, of which there is no derivative.
  public record ReadsAnothersState(DeepEnsemble inner) implements Spoiled {
    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      Tensor mean = ((BatchNorm) ((Sequential) inner.network()).layers().get(1)).runningMean();
      Tensor off = mean.get(0).sum().detach();
      return inner.logits(x, ctx).add(Tensor.of(0, 1, 0).reshape(3, 1, 1).mul(off));
    }
  }

  /// Rows of one member go to all.
  public record MixesInputs(DeepEnsemble inner) implements Spoiled {
    @Override
    public boolean independent() {
      return true;
    }

    @Override
    public Tensor logits(Tensor x, Ctx ctx) {
      return inner.logits(x, ctx);
    }

    @Override
    public Tensor logitsOfOwn(Tensor x, Ctx ctx) {
      return inner.logitsOfOwn(x.get(0).expand(x.shape()), ctx);
    }
  }

  @Test
  void whatSharesNothingIsIsolated() {
    assertEquals("DeepEnsemble, 3 members: isolated", check(deep()).toString());
    Ensemble packed = new Packing(2, 4).convert(KEY, Mlp.init(KEY, 4, 8, 3), Shape.of(4));
    assertTrue(packed.isolated());
    assertEquals("PackedEnsemble, 4 members: isolated", check(packed).toString());
  }

  @Test
  void whatIsDeclaredIsShared() {
    Isolation batch = check(BatchEnsemble.convert(KEY, network(KEY), 3));
    assertFalse(batch.isolated());
    assertTrue(batch.asDeclared(), batch.toString());
    assertEquals(
        List.of("0.weight", "0.bias", "4.weight", "4.bias"),
        batch.shared().stream().map(Isolation.Shared::path).toList());
    Isolation masks = check(Masksembles.convert(KEY, network(KEY), 3, 2));
    assertTrue(masks.asDeclared(), masks.toString());
    Isolation dropout = check(new McDropout(network(KEY), 3, KEY));
    assertFalse(dropout.asDeclared(), "one network, of which nothing is declared");
    assertEquals("4.bias", dropout.mixesAfter());
  }

  @Test
  void aReadOfAnothersOutputIsFound() {
    Isolation found = check(new ReadsAnothersOutput(deep()));
    assertEquals(6, found.shared().size(), found.toString());
    assertFalse(found.asDeclared());
  }

  @Test
  void aProductWithZeroIsFound() {
    Isolation found = check(new TimesZero(deep()));
    assertEquals(List.of(), found.shared());
    assertTrue(
        found.leaks().contains(new Isolation.Leak("inner.0.weight", 0, 1, "prediction")),
        found.toString());
  }

  @Test
  void aNormOverMembersIsFound() {
    assertFalse(check(new NormalisesOverMembers(deep())).asDeclared());
  }

  /// After the layer that mixes, parameters are one member's again.
  @Test
  void thePlaceWhereMembersMixIsNamed() {
    record Mixes(DeepEnsemble first, DeepEnsemble second) implements Ensemble {
      @Override
      public int members() {
        return 3;
      }

      @Override
      public Layer network() {
        return this;
      }

      @Override
      public Tensor logits(Tensor x, Ctx ctx) {
        Tensor h = first.logits(x, ctx);
        return second.logitsOfOwn(h.sub(h.mean(0)), ctx);
      }
    }
    Isolation found =
        check(
            new Mixes(
                DeepEnsemble.init(KEY, 3, k -> Linear.init(k, 4, 5)),
                DeepEnsemble.init(KEY, 3, k -> Linear.init(k, 5, 3))));
    assertEquals("first.weight", found.shared().getFirst().path());
    assertEquals("first.bias", found.mixesAfter());
    assertTrue(found.toString().contains("mix after first.bias"), found.toString());
  }

  @Test
  void aLeakInTrainingAloneIsFound() {
    assertFalse(check(new LeaksInTraining(deep())).asDeclared());
  }

  @Test
  void aReadOfAnothersStateIsFound() {
    Isolation found = check(new ReadsAnothersState(deep()));
    assertEquals(List.of(), found.shared());
    assertTrue(
        found.leaks().contains(new Isolation.Leak("inner.1.running_mean", 0, 1, "prediction")),
        found.toString());
  }

  @Test
  void mixedInputsAreFound() {
    Isolation found = check(new MixesInputs(deep()));
    assertTrue(
        found.leaks().contains(new Isolation.Leak("the inputs", 0, 2, "training")),
        found.toString());
    assertTrue(
        found.toString().contains("the inputs of member 0 reaches member 1 in prediction"),
        found.toString());
  }

  @Test
  void oneMemberReachesNobody() {
    assertEquals(
        "isolation: DeepEnsemble has one member, there is nobody to reach",
        assertThrows(
                IllegalArgumentException.class,
                () -> check(DeepEnsemble.init(KEY, 1, IsolationTest::network)))
            .getMessage());
    Tensor y = Transforms.vmap((Layer l) -> l.apply(X)).apply(deep().network());
    assertEquals(3, y.dim(0));
  }
}
