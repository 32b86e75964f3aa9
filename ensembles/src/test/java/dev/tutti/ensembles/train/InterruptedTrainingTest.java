package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.History;
import dev.tutti.nn.fit.Interruption;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.nn.optim.Sgd;
import dev.tutti.testkit.Expect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// `Thread.interrupt` of the thread that is in `fit`.
@ResourceLock(Tasks.THREADS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptedTrainingTest {
  private static final int SIZE = Runs.IMAGE.size();
  private static final Recipe ENDLESS =
      new Recipe(new Sgd(), 0.01, Schedule.constant(), Integer.MAX_VALUE);

  @TempDir private Path folder;

  @AfterEach
  void flagIsTakenBack() {
    Thread.interrupted();
  }

  private static DeepEnsemble deep() {
    return DeepEnsemble.init(Key.of(1), 5, k -> Mlp.init(k, SIZE, 8, 4));
  }

  static Stream<Arguments> kinds() {
    List<Arguments> kinds = new ArrayList<>();
    for (int threads : Tasks.THREAD_COUNTS) {
      kinds.add(Arguments.of("separate", deep(), EnsembleLoss.SUM_OVER_MEMBERS, threads));
      kinds.add(Arguments.of("sharded", deep(), EnsembleLoss.SUMMED_LOGITS, threads));
      Ensemble packed =
          new Packing(2, 3).convert(Key.of(1), Mlp.init(Key.of(1), SIZE, 12, 4), Shape.of(SIZE));
      kinds.add(Arguments.of("packed", packed, EnsembleLoss.SUM_OVER_MEMBERS, threads));
      Ensemble batch = BatchEnsemble.convert(Key.of(1), Mlp.init(Key.of(2), SIZE, 8, 4), 3);
      kinds.add(Arguments.of("batch", batch, EnsembleLoss.MEAN_OVER_MEMBERS, threads));
    }
    return kinds.stream();
  }

  /// From a listener in the third step of the second epoch: the training of an endless recipe is
  /// what eight steps make.
  @ParameterizedTest(name = "{0} on {3} threads")
  @MethodSource("kinds")
  void endsBeforeTheNextStep(String kind, Ensemble start, EnsembleLoss loss, int threads) {
    Thread trainer = Thread.currentThread();
    List<Progress> steps = new ArrayList<>();
    List<EpochReport> reports = new ArrayList<>();
    Tasks.withThreads(
        threads,
        () -> {
          Progress.Listener listener =
              p -> {
                steps.add(p);
                if (p.epoch() == 1 && p.step() == 3) {
                  trainer.interrupt();
                }
              };
          Ensemble ended =
              new Trainer(ENDLESS, listener)
                  .calling((report, current) -> reports.add(report))
                  .fit(start, Runs.batches(), loss);
          assertTrue(Thread.interrupted(), "the flag stays");
          assertEquals(8, steps.size());
          assertEquals(1, reports.size());
          assertFalse(Expect.same(tensor(start), tensor(ended)), "it has been trained");
          if (!kind.equals("separate") || threads == 1) {
            Expect.sameLeaves(kind, eightSteps(start, loss), ended);
          }
        });
  }

  private static Tensor tensor(Ensemble e) {
    return Tree.tensors(e).getFirst();
  }

  /// An epoch of five steps, then three more: the rate is 0 afterwards. Sgd without momentum has no
  /// memory of its own.
  private static Ensemble eightSteps(Ensemble start, EnsembleLoss loss) {
    Schedule eight = epoch -> epoch < 1.5 ? 1 : 0;
    return new Trainer(new Recipe(new Sgd(), 0.01, eight, 2)).fit(start, Runs.batches(), loss);
  }

  @ParameterizedTest(name = "{0} on {3} threads")
  @MethodSource("kinds")
  void anotherThreadMayInterrupt(String kind, Ensemble start, EnsembleLoss loss, int threads)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Ensemble> ended = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread trainer =
        new Thread(() ->
            Tasks.withThreads(
                threads,
                () -> {
                  ended.set(
                      new Trainer(ENDLESS, p -> begun.countDown())
                          .fit(start, Runs.batches(), loss));
                  flag.set(Thread.currentThread().isInterrupted());
                }));
    trainer.start();
    begun.await();
    trainer.interrupt();
    trainer.join();
    assertTrue(flag.get(), kind);
    assertEquals(start.members(), ended.get().members());
  }

  /// The thread that trains has done its part of an epoch and waits for a helper, which has to see
  /// the flag as long as it works.
  @Test
  void helpersOfAWaitingThreadSeeIt() throws InterruptedException {
    AtomicReference<Boolean> seen = new AtomicReference<>();
    Thread trainer =
        new Thread(() ->
            Tasks.withThreads(
                2,
                () -> {
                  Interruption interruption = new Interruption();
                  Thread own = Thread.currentThread();
                  CountDownLatch both = new CountDownLatch(2);
                  Parallel.run(
                      2,
                      i -> {
                        both.countDown();
                        while (both.getCount() > 0) {
                          Thread.onSpinWait();
                        }
                        if (Thread.currentThread() != own) {
                          until(() -> own.getState() == Thread.State.BLOCKED);
                          own.interrupt();
                          seen.set(
                              IntStream.range(0, 1000)
                                  .peek(look -> Thread.yield())
                                  .allMatch(look -> interruption.asked()));
                        }
                      });
                }));
    trainer.start();
    trainer.join();
    assertTrue(seen.get());
  }

  private static void until(BooleanSupplier happens) {
    while (!happens.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void beforeTheFirstStepNothingIsTrained() {
    for (Ensemble start :
        List.of(
            deep(),
            new Packing(2, 3)
                .convert(Key.of(1), Mlp.init(Key.of(1), SIZE, 12, 4), Shape.of(SIZE)))) {
      Thread.currentThread().interrupt();
      Ensemble ended = new Trainer(ENDLESS).fit(start, Runs.batches(), EnsembleLoss.SUMMED_LOGITS);
      assertTrue(Thread.interrupted());
      Expect.sameLeaves("untrained", start, ended);
    }
  }

  /// The best parameters noted so far are what it has.
  @Test
  void bestEpochsAreReturned() {
    Thread trainer = Thread.currentThread();
    List<Ensemble> after = new ArrayList<>();
    List<EpochReport> reports = new ArrayList<>();
    Progress.Listener listener =
        p -> {
          if (p.epoch() == 3 && p.step() == 2) {
            trainer.interrupt();
          }
        };
    Recipe growing = new Recipe(new Sgd(), 0.01, e -> e < 2 ? 1 : 300, Integer.MAX_VALUE);
    DeepEnsemble ended =
        new Trainer(growing, listener)
            .validating(Runs.validation(), EarlyStopping.never())
            .calling((report, current) -> {
              reports.add(report);
              after.add(current.get());
            })
            .fit(DeepEnsemble.of(Mlp.init(Key.of(1), SIZE, 8, 4)), Runs.batches());
    assertTrue(Thread.interrupted());
    assertEquals(3, reports.size());
    int best = reports.getLast().bestEpoch().getFirst();
    Expect.sameLeaves("best epoch " + best, after.get(best), ended);
  }

  /// A training that resumes from the last checkpoint ends with the bits of one that was never
  /// interrupted, whether the interrupt came in a step, at the end of an epoch or while saving.
  @Test
  void resumesAsIfNothingHadBeen() {
    Recipe four = Runs.recipe(4);
    DeepEnsemble expected = new Trainer(four).fit(Runs.ensemble(), Runs.batches());
    for (int threads : new int[] {1, 3}) {
      for (int at : new int[] {1, 5, 8, 14}) {
        int step = at;
        Path file = folder.resolve(threads + "-" + at + ".safetensors");
        Path history = folder.resolve(threads + "-" + at + ".jsonl");
        Tasks.withThreads(
            threads,
            () -> {
              Thread trainer = Thread.currentThread();
              Progress.Listener listener =
                  p -> {
                    if (p.epoch() * 5 + p.step() == step) {
                      trainer.interrupt();
                    }
                  };
              Checkpointing saving = new Checkpointing(file, 2, true);
              new Trainer(four, listener)
                  .checkpointing(saving)
                  .calling(new History(history))
                  .fit(Runs.ensemble(), Runs.batches());
              assertTrue(Thread.interrupted());
              DeepEnsemble resumed =
                  new Trainer(four)
                      .checkpointing(saving)
                      .calling(new History(history))
                      .fit(Runs.ensemble(), Runs.batches());
              Expect.sameLeaves("step " + step, expected, resumed);
              assertEquals(4, lines(history));
            });
      }
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An interrupt that comes while a file is written, or before a callback writes one.
  @Test
  void whileSavingToo() {
    Path file = folder.resolve("run.safetensors");
    Recipe four = Runs.recipe(4);
    DeepEnsemble expected = new Trainer(four).fit(Runs.ensemble(), Runs.batches());
    for (int epoch = 0; epoch < 4; epoch++) {
      int at = epoch;
      Checkpointing saving = new Checkpointing(file);
      new Trainer(four)
          .calling((report, current) -> {
            if (report.epoch() == at) {
              Thread.currentThread().interrupt();
            }
          })
          .calling(new History(folder.resolve("run.jsonl")))
          .checkpointing(saving)
          .fit(Runs.ensemble(), Runs.batches());
      assertTrue(Thread.interrupted());
    }
    DeepEnsemble resumed =
        new Trainer(four)
            .checkpointing(new Checkpointing(file))
            .fit(Runs.ensemble(), Runs.batches());
    Expect.sameLeaves("resumed", expected, resumed);
  }

  /// Threads that make batches in advance end when the batches are closed.
  @Test
  void prefetchingEnds() throws InterruptedException {
    Thread trainer = Thread.currentThread();
    Set<Thread> makers = ConcurrentHashMap.newKeySet();
    CountDownLatch begun = new CountDownLatch(1);
    Transform noting =
        (x, key) -> {
          if (Thread.currentThread() instanceof ForkJoinWorkerThread) {
            makers.add(Thread.currentThread());
            begun.countDown();
          }
          return x;
        };
    try (Batches ahead = Runs.batches().transformed(noting).prefetched(2, 4)) {
      Progress.Listener listener =
          p -> {
            until(() -> begun.getCount() == 0);
            trainer.interrupt();
          };
      new Trainer(ENDLESS, listener).fit(deep(), ahead);
      assertTrue(Thread.interrupted());
    }
    for (Thread maker : makers) {
      maker.join(10_000);
      assertFalse(maker.isAlive(), maker.getName());
    }
  }
}
