package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Members with data streams of their own: each trains as it would alone on its stream.
@ResourceLock(Tasks.THREADS)
class MemberStreamsTest {
  private static final int EPOCHS = 3;

  private static List<Batches> streams() {
    return IntStream.range(0, Runs.MEMBERS).mapToObj(m -> Runs.batches().forMember(m)).toList();
  }

  @Test
  void membersTrainOnTheirOwnStreamAsAlone() {
    List<DeepEnsemble> alone = new ArrayList<>();
    for (int m = 0; m < Runs.MEMBERS; m++) {
      DeepEnsemble start = new DeepEnsemble(Tree.slice(Runs.ensemble().network(), m, m + 1), 1);
      Recipe recipe = Runs.recipe(EPOCHS).forMember(m, Runs.MEMBERS);
      alone.add(new Trainer(recipe).fit(start, streams().get(m)));
    }
    DeepEnsemble expected =
        new DeepEnsemble(
            Tree.concat(alone.stream().map(DeepEnsemble::network).toList()), Runs.MEMBERS);
    DeepEnsemble shared = new Trainer(Runs.recipe(EPOCHS)).fit(Runs.ensemble(), Runs.batches());
    assertFalse(
        Expect.same(Tree.tensors(expected).getFirst(), Tree.tensors(shared).getFirst()),
        "streams differ");
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () -> {
                  Trainer trainer = new Trainer(Runs.recipe(EPOCHS));
                  Expect.sameLeaves(
                      threads + " threads", expected, trainer.fit(Runs.ensemble(), streams()));
                  List<Batches> ahead = streams().stream().map(b -> b.prefetched(2, 3)).toList();
                  try {
                    Expect.sameLeaves(
                        "prefetched, " + threads, expected, trainer.fit(Runs.ensemble(), ahead));
                  } finally {
                    ahead.forEach(Batches::close);
                  }
                }));
  }

  @Test
  void streamsMustFitTheMembersAndEachOther() {
    Trainer trainer = new Trainer(Runs.recipe(1));
    assertEquals(
        "training: 2 data streams for 3 members; give one for all or one each",
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer.fit(Runs.ensemble(), streams().subList(0, 2)))
            .getMessage());
    List<Batches> unequal = new ArrayList<>(streams());
    unequal.set(1, Tasks.batches(Runs.DATA.take(20), 6));
    assertEquals(
        "training: members' data streams must be alike, got 26 examples of [6, 6, 1] in batches of"
            + " 6 and 20 examples of [6, 6, 1] in batches of 6",
        assertThrows(IllegalArgumentException.class, () -> trainer.fit(Runs.ensemble(), unequal))
            .getMessage());
  }
}
