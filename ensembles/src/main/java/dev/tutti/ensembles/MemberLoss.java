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
      int[] dims = logits.shape().tail().dims();
      dims[0] *= logits.dim(0); // rows, member after member: [M · B, …]
      return objective.of(logits.reshape(dims), Tensor.concat(0, copies));
    }
  },
  MEAN_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return perMember(logits, targets, objective).mean();
    }
  },
  SUM_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
      return perMember(logits, targets, objective).sum();
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

  private static Tensor perMember(Tensor logits, Tensor targets, Objective objective) {
    return Transforms.vmap((Tensor own) -> objective.of(own, targets)).apply(logits);
  }
}
