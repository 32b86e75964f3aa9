package dev.tutti.cli.compare;

/// What `tutti compare` does if the command line does not say. Compile-time constants, so that the
/// help text quotes them.
final class Defaults {
  static final String DATA = "glyphs";

  // Few images, seen often: ensembles are wanted if data is scarce, and the run is short.
  static final int GLYPHS_TRAIN = 1_500;
  static final int GLYPHS_TEST = 2_000;
  static final int GLYPHS_EPOCHS = 13;
  static final int GLYPHS_BATCH = 32;
  static final double GLYPHS_ADAM_LR = 0.007;
  static final String GLYPHS_SCHEDULE = "one-cycle";

  static final int MEMBERS = 4;
  static final double ALPHA = 2;
  static final int GAMMA = 1;

  static final int EPOCHS = 3;
  static final int BATCH = 64;
  static final String OPTIMIZER = "adam";
  static final double ADAM_LR = 0.002;
  static final double SGD_LR = 0.05;
  static final double RMSPROP_LR = 0.001;
  static final double ADAGRAD_LR = 0.01;
  static final double ADAMW_DECAY = 0.01;
  static final String SCHEDULE = "cosine";
  static final double MULTISTEP_FACTOR = 0.1;

  /// The part of the learning rate with which a warm-up begins.
  static final double WARMUP_FACTOR = 0.01;

  static final int SEED = 42;

  /// The share of a set without a test part that is kept for testing.
  static final double TEST_FRACTION = 0.2;

  /// Width of the two hidden layers of `--model mlp`.
  static final int HIDDEN = 128;

  /// Examples per batch when a trained network is evaluated; changes no result.
  static final int EVALUATION_BATCH = 500;

  private Defaults() {}
}
