package dev.tutti.bench.peers;

import java.util.function.IntConsumer;

/// A participant of a contest.
interface Contender {
  /// {@return the name in tables}
  String name();

  /// Does the work `times` times.
  void run(int times);

  /// {@return a contender that does the work given the number of times}
  static Contender of(String name, IntConsumer work) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void run(int times) {
        work.accept(times);
      }
    };
  }

  /// {@return a contender that runs `once` the given number of times}
  static Contender repeating(String name, Runnable once) {
    return of(
        name,
        times -> {
          for (int i = 0; i < times; i++) {
            once.run();
          }
        });
  }
}
