package dev.tutti.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of `tutti compare` as they are written, in the groups of its help text; null where
/// the command line says nothing.
final class CompareOptions {
  private CompareOptions() {}

  /// What to train and test on.
  static final class Data {
    @Option(
        names = "--data",
        paramLabel = "SET",
        description = {
          "glyphs, mnist, fashion-mnist, cifar10, eurosat, folder:PATH (one folder of images per"
              + " class, or a zip of such) or csv:PATH[#LABEL] (a table with a header line; LABEL"
              + " names the label's column, else it is the last). Default: "
              + Defaults.DATA
              + ", which are drawn and need no file."
        })
    String data;

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description =
            "The folder that holds mnist/, fashion-mnist/, cifar10/ or eurosat/, or a set's files"
                + " themselves. Default: the environment's TUTTI_DATA.")
    Path dataDir;

    @Option(
        names = "--ood",
        paramLabel = "SET",
        description =
            "Out-of-distribution data: a set as for --data, non-digits (drawn) or none. Default:"
                + " non-digits for glyphs, mnist and fashion-mnist, else none.")
    String ood;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description =
            "Train on N examples at most; glyphs are drawn for any N (default "
                + Defaults.GLYPHS_TRAIN
                + "). Of eurosat and folders only as many images are read as N calls for.")
    Integer limit;

    @Option(
        names = "--test-limit",
        paramLabel = "N",
        description =
            "Test on N examples at most (glyphs: default "
                + Defaults.GLYPHS_TEST
                + "). Never more out-of-distribution examples are used than test examples.")
    Integer testLimit;
  }

  /// Which networks.
  static final class Ensembles {
    @Option(
        names = "--model",
        paramLabel = "NAME",
        description =
            "lenet, convnet or mlp. Default: lenet for images of 16x16 and more, else mlp.")
    String model;

    @Option(
        names = "--methods",
        paramLabel = "LIST",
        description =
            "Methods with commas between them: single (one network), deep (independent networks),"
                + " packed (thin networks in one of grouped layers), batch (BatchEnsemble: shared"
                + " weights, two vectors per member and layer). Default: "
                + Defaults.METHODS
                + ".")
    String methods;

    @Option(
        names = "--members",
        paramLabel = "M",
        description = "Members of each ensemble. Default: " + Defaults.MEMBERS + ".")
    Integer members;

    @Option(
        names = "--alpha",
        paramLabel = "A",
        description =
            "Width of the packed network as a multiple of the single one's. Default: "
                + Defaults.ALPHA
                + ".")
    Double alpha;

    @Option(
        names = "--gamma",
        paramLabel = "G",
        description = "Groups inside each packed member. Default: " + Defaults.GAMMA + ".")
    Integer gamma;
  }

  /// How to train them.
  static final class Training {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over the training data. Default: " + Defaults.EPOCHS + ".")
    Integer epochs;

    @Option(
        names = "--batch",
        paramLabel = "N",
        description = "Examples per step. Default: " + Defaults.BATCH + ".")
    Integer batch;

    @Option(
        names = "--optimizer",
        paramLabel = "NAME",
        description = "sgd, adam or adamw. Default: " + Defaults.OPTIMIZER + ".")
    String optimizer;

    @Option(
        names = "--lr",
        paramLabel = "RATE",
        description =
            "Learning rate. Default: " + Defaults.ADAM_LR + ", for sgd " + Defaults.SGD_LR + ".")
    Double lr;

    @Option(names = "--momentum", paramLabel = "MU", description = "Of sgd. Default: 0.")
    Double momentum;

    @Option(names = "--nesterov", description = "Nesterov's momentum, of sgd.")
    boolean nesterov;

    @Option(
        names = "--weight-decay",
        paramLabel = "D",
        description = "Default: 0, for adamw " + Defaults.ADAMW_DECAY + ".")
    Double weightDecay;

    @Option(
        names = "--schedule",
        paramLabel = "NAME",
        description =
            "Of the learning rate: constant, cosine (to 0) or multistep (times "
                + Defaults.MULTISTEP_FACTOR
                + " at each milestone). Default: "
                + Defaults.SCHEDULE
                + ".")
    String schedule;

    @Option(
        names = "--milestones",
        paramLabel = "E",
        split = ",",
        description = "Epochs after which multistep acts. Default: half and three quarters.")
    List<Integer> milestones;

    @Option(
        names = "--seed",
        paramLabel = "S",
        description = "Of everything random. Default: " + Defaults.SEED + ".")
    Long seed;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Changes no result. Default: the number of cores.")
    Integer threads;
  }

  /// Where results go.
  static final class Output {
    @Option(
        names = "--json",
        paramLabel = "FILE",
        description = "Write the results as JSON; - is standard output, tables go to the other.")
    String json;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description =
            "Write METHOD.safetensors, each method's trained weights, and run.json, which holds"
                + " all that repeats the run.")
    Path out;

    @Option(names = "--quiet", description = "No progress on standard error.")
    boolean quiet;
  }
}
