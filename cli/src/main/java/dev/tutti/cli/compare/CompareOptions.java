package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataFolder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of `tutti compare` as they are written, in the groups of its help text; null if not
/// given.
final class CompareOptions {
  private CompareOptions() {}

  /// What to train and test on.
  static final class Data {
    @Option(
        names = "--data",
        paramLabel = "SET",
        description = {
          "What to train and test on (default: " + Defaults.DATA + "):",
          "glyphs: drawn digits; needs no files;",
          "mnist, fashion-mnist, cifar10, eurosat: from --data-dir;",
          "folder:PATH[#classes]: a folder of JPEG or PNG images per class, or a zip of them; folders"
              + " called train and test (and val) are its parts, with #classes they are classes;",
          "csv:PATH[#LABEL,OPTION,...]: a table, the label in the column LABEL,"
              + " else in the last;",
          "its options: header=yes or no, separator=S (comma, semicolon, tab, bar, blank),"
              + " drop=MARK (rows with a missing value), fill=VALUE:MARK, one-hot (columns of"
              + " texts), one-hot=COLUMN. With header=no LABEL is a number from 0, or -1 for the"
              + " last."
        })
    String data;

    @Option(
        names = "--size",
        paramLabel = "N",
        description =
            "Resize images of folder: and eurosat so that they cover NxN pixels, and cut them at the"
                + " middle; HxW for other shapes (default: not, they have one size).")
    String size;

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description =
            "The folder that holds mnist/, fashion-mnist/, cifar10/, eurosat/, or a set's files"
                + " themselves (default: "
                + DataFolder.DEFAULT
                + "). 'tutti data get' downloads them.")
    Path dataDir;

    @Option(
        names = "--ood",
        paramLabel = "SET",
        description =
            "Out-of-distribution data: a set as for --data, non-digits (drawn letters and signs) or"
                + " none (default: non-digits for glyphs, mnist and fashion-mnist, else none).")
    String ood;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description =
            "Train on N examples at most; of glyphs, draw N (default: "
                + Defaults.GLYPHS_TRAIN
                + "). Of eurosat and folders only the images that this needs are read.")
    Integer limit;

    @Option(
        names = "--test-limit",
        paramLabel = "N",
        description =
            "Test on N examples at most; of glyphs, draw N (default: "
                + Defaults.GLYPHS_TEST
                + "). There are never more out-of-distribution examples than test examples.")
    Integer testLimit;
  }

  /// Which networks.
  static final class Ensembles {
    @Option(
        names = "--model",
        paramLabel = "NAME",
        description = {
          "The network (default: lenet for images of 16x16 and more, else mlp):",
          "lenet, convnet, mlp: with all methods;",
          "resnet18, resnet34, resnet50, wideresnet28x10, vgg11_bn, vgg16_bn: with all but packed."
        })
    String model;

    @Option(
        names = "--methods",
        paramLabel = "LIST",
        description = {
          "Methods, with commas between them (default: all that go with the network):",
          "single: one network, the first member of deep;",
          "deep: independent networks;",
          "packed: thin members in one network of grouped layers;",
          "batch: BatchEnsemble, shared weights and two vectors and a bias per layer and member."
        })
    String methods;

    @Option(
        names = "--members",
        paramLabel = "M",
        description = "Members of each ensemble (default: " + Defaults.MEMBERS + ").")
    Integer members;

    @Option(
        names = "--alpha",
        paramLabel = "A",
        description =
            "Width of the packed network as a multiple of the single one's (default: "
                + Defaults.ALPHA
                + ").")
    Double alpha;

    @Option(
        names = "--gamma",
        paramLabel = "G",
        description = "Groups inside each packed member (default: " + Defaults.GAMMA + ").")
    Integer gamma;
  }

  /// How to train them.
  static final class Training {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description =
            "Passes over the training data (default: "
                + Defaults.EPOCHS
                + ", for glyphs "
                + Defaults.GLYPHS_EPOCHS
                + ").")
    Integer epochs;

    @Option(
        names = "--batch",
        paramLabel = "N",
        description =
            "Examples per step (default: "
                + Defaults.BATCH
                + ", for glyphs "
                + Defaults.GLYPHS_BATCH
                + ").")
    Integer batch;

    @Option(
        names = "--optimizer",
        paramLabel = "NAME",
        description =
            "sgd, adam, adamw, rmsprop, adagrad or lamb (default: " + Defaults.OPTIMIZER + ").")
    String optimizer;

    @Option(
        names = "--lr",
        paramLabel = "RATE",
        description =
            "Learning rate (default: "
                + Defaults.ADAM_LR
                + ", for glyphs "
                + Defaults.GLYPHS_ADAM_LR
                + "; for sgd "
                + Defaults.SGD_LR
                + ", for rmsprop "
                + Defaults.RMSPROP_LR
                + ", for adagrad and lamb "
                + Defaults.ADAGRAD_LR
                + ").")
    Double lr;

    @Option(
        names = "--momentum",
        paramLabel = "MU",
        description = "Of sgd and rmsprop (default: 0).")
    Double momentum;

    @Option(names = "--nesterov", description = "Nesterov's momentum, of sgd.")
    boolean nesterov;

    @Option(
        names = "--weight-decay",
        paramLabel = "D",
        description = "On all parameters (default: 0, for adamw " + Defaults.ADAMW_DECAY + ").")
    Double weightDecay;

    @Option(
        names = "--clip-norm",
        paramLabel = "C",
        description =
            "Scale gradients to this norm at most: each member's own of deep, the whole network's"
                + " of packed and batch (default: not).")
    Double clipNorm;

    @Option(
        names = "--schedule",
        paramLabel = "NAME",
        description =
            "Of the learning rate: constant, linear or cosine (to 0), multistep (times "
                + Defaults.MULTISTEP_FACTOR
                + " at each milestone) or one-cycle (up to it and down; default: "
                + Defaults.SCHEDULE
                + ", for glyphs "
                + Defaults.GLYPHS_SCHEDULE
                + ").")
    String schedule;

    @Option(
        names = "--milestones",
        paramLabel = "E",
        split = ",",
        description =
            "Epochs after which multistep lowers the rate (default: at half and three quarters).")
    List<Integer> milestones;

    @Option(
        names = "--warmup",
        paramLabel = "E",
        description =
            "Epochs, or a part of one, in which the learning rate rises from "
                + Defaults.WARMUP_FACTOR
                + " of it (default: 0).")
    Double warmup;

    @Option(
        names = "--seed",
        paramLabel = "S",
        description = "Of everything that is random (default: " + Defaults.SEED + ").")
    Long seed;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads to compute on; changes no figure but seconds (default: the cores).")
    Integer threads;
  }

  /// The places of results.
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

    @Option(names = "--force", description = "Replace what a former run wrote to --out.")
    boolean force;

    @Option(names = "--quiet", description = "No progress on standard error.")
    boolean quiet;
  }
}
