package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.loss.Objective;
import java.util.Arrays;

/// The losses that libraries have; see the constants of [EnsembleLoss].
enum MemberLoss implements EnsembleLoss {
  MEAN_OVER_ROWS {
    @Override
    public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      Tensor[] copies = new Tensor[logits.dim(0)];
      Arrays.fill(copies, targets);
      return objective.of(rows(logits), Tensor.concat(0, copies));
    }

    @Override
    public Tensor ofOwn(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return objective.of(rows(logits), rows(targets));
    }
  },
  MEAN_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return perMember(logits, targets, objective).mean();
    }

    @Override
    public Tensor ofOwn(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return perMemberOfOwn(logits, targets, objective).mean();
    }
  },
  SUM_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return perMember(logits, targets, objective).sum();
    }

    @Override
    public Tensor ofOwn(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return perMemberOfOwn(logits, targets, objective).sum();
    }

    @Override
    public boolean isOwn() {
      return true;
    }
  },
  SUMMED_LOGITS {
    @Override
    public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return objective.of(logits.sum(0), targets);
    }

    @Override
    public Tensor scores(Tensor logits) {
      return logits.sum(0);
    }
  };

  @Override
  public boolean isMean() {
    return true;
  }

  /// An output and its targets, with or without a member axis.
  private record Judged(Tensor outputs, Tensor targets) {}

  /// Rows `[M · B, …]` of `[M, B, …]`, member after member.
  private static Tensor rows(Tensor perMember) {
    int[] dims = perMember.shape().tail().dims();
    dims[0] *= perMember.dim(0);
    return perMember.reshape(dims);
  }

  private static Tensor perMemberOfOwn(Tensor logits, Tensor targets, Objective objective) {
    return Transforms.vmap((Judged own) -> objective.of(own.outputs, own.targets))
        .apply(new Judged(logits, targets));
  }

  private static Tensor perMember(Tensor logits, Tensor targets, Objective objective) {
    return Transforms.vmap((Tensor own) -> objective.of(own, targets)).apply(logits);
  }
}
