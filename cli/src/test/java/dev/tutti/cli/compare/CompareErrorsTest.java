package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every mistake is one line, before anything is trained.
class CompareErrorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model lnet|unknown model 'lnet'; did you mean 'lenet'?",
        "--model transformer|unknown model 'transformer'; valid: lenet, convnet, mlp, resnet18,"
            + " resnet34, resnet50, wideresnet28x10, vgg11_bn, vgg16_bn",
        "--model resnet19|unknown model 'resnet19'; did you mean 'resnet18'?",
        "--methods single,deep --gamma 2|--gamma has no effect with --methods single,deep: it is for"
            + " packed",
        "--data csv:a.csv --model resnet34|--model resnet34 needs images, --data csv:a.csv is a"
            + " table; use --model mlp",
        "--model LeNet|unknown model 'LeNet'; did you mean 'lenet'?",
        "--methods deep,all|--methods all stands for every method; name it alone",
        "--methods single,depe|unknown method 'depe'; did you mean 'deep'?",
        "--methods single,single|--methods names single twice",
        "--methods ,|unknown method ''; valid: single, deep, packed, batch, bagging, multi-input,"
            + " single-input, logit-drop, model-drop, mimo, masksembles, mc-dropout, drop-connect,"
            + " sub, snapshot, swa, ema, swag, laplace, all",
        "--data minst|unknown data set 'minst'; did you mean 'mnist'?",
        "--data imagenet-1k|unknown data set 'imagenet-1k'; valid: glyphs, mnist, fashion-mnist,"
            + " cifar10, eurosat, folder, csv",
        "--data non-digits|non-digits have no classes; they go with --ood",
        "--data folder|--data folder needs a path: folder:PATH",
        "--data csv:|--data csv needs a path: csv:PATH",
        "--data csv:a.csv#kind,header=maybe|csv:a.csv#kind,header=maybe: header=maybe; yes or no is"
            + " needed",
        "--data csv:a.csv#separator=:|csv:a.csv#separator=:: separator=:; comma, semicolon, tab,"
            + " bar or blank is needed",
        "--data csv:a.csv#drop=?,fill=0:NA|csv:a.csv#drop=?,fill=0:NA: missing values are dropped"
            + " or filled with one number, not both",
        "--data mnist:a|--data mnist:a: mnist takes no path; --data-dir names the folder of data"
            + " sets",
        "--ood non-digit|unknown data set 'non-digit'; did you mean 'non-digits'?",
        "--ood glyphs|--ood glyphs is the data itself; choose another set",
        "--ood csv:a.csv|--ood csv:a.csv and --data glyphs do not go together: one is a table, the"
            + " other images",
        "--data csv:a.csv --model lenet|--model lenet needs images, --data csv:a.csv is a table;"
            + " use --model mlp",
        "--members 0|--members must be at least 1, got 0",
        "--methods single --members 4|--members has no effect with --methods single",
        "--methods single,deep --alpha 3|--alpha has no effect with --methods single,deep: it is for"
            + " packed",
        "--methods batch --gamma 2|--gamma has no effect with --methods batch: it is for packed",
        "--alpha 0|--alpha must be a positive number, got 0.0",
        "--alpha NaN|--alpha must be a positive number, got NaN",
        "--gamma 0|--gamma must be at least 1, got 0",
        "--epochs 0|--epochs must be at least 1, got 0",
        "--epochs many|invalid value for option '--epochs': 'many' is not a whole number",
        "--batch -1|--batch must be at least 1, got -1",
        "--lr 0|--lr must be a positive number, got 0.0",
        "--lr Infinity|--lr must be a positive number, got Infinity",
        "--optimizer adamax|unknown optimizer 'adamax'; did you mean 'adam'?",
        "--schedule cosin|unknown schedule 'cosin'; did you mean 'cosine'?",
        "--momentum 0.9|--momentum goes with --optimizer sgd or rmsprop, not with adam",
        "--clip-norm 0|--clip-norm must be a positive number, got 0.0",
        "--warmup 13|--warmup must be more than 0 and less than the 13 epochs, got 13.0",
        "--epochs 3 --warmup 0|--warmup must be more than 0 and less than the 3 epochs, got 0.0",
        "--schedule one-cycle --warmup 1|--schedule one-cycle warms up by itself; leave --warmup"
            + " out",
        "--optimizer rmsprob|unknown optimizer 'rmsprob'; did you mean 'rmsprop'?",
        "--nesterov|--nesterov goes with --optimizer sgd, not with adam",
        "--optimizer sgd --nesterov|--nesterov needs a --momentum",
        "--optimizer sgd --momentum 1|--momentum must be at least 0 and below 1, got 1.0",
        "--weight-decay -1|--weight-decay must not be negative, got -1.0",
        "--milestones 2|--milestones goes with --schedule multistep, not with cosine",
        "--epochs 3 --schedule multistep --milestones 3|--milestones must be between 1 and 2 of 3"
            + " epochs, got 3",
        "--limit 0|--limit must be at least 1, got 0",
        "--test-limit 0|--test-limit must be at least 1, got 0",
        "--threads 0|--threads must be at least 1, got 0",
        "--seed x|invalid value for option '--seed': 'x' is not a whole number",
        "--epohcs 3|unknown option '--epohcs'; did you mean '--epochs'?",
        "--method deep|unknown option '--method'; did you mean '--methods'?",
        "--epochs 1 --batch 8 --epochs 2|--epochs is given twice",
        "--threads 40000|--threads is at most 32767, got 40000",
        "extra|unknown argument 'extra'",
        "--json|missing required parameter for option '--json' (FILE)",
      })
  void usageErrorsAreOneLine(String options, String line) {
    Outcome outcome = Cli.run(("compare " + options).split(" "));
    assertEquals("tutti: " + line + " (see 'tutti compare --help')", outcome.err().strip());
    assertEquals(2, outcome.status());
    assertEquals("", outcome.out());
  }

  /// Runs to exit status 1 and returns the one line without its beginning.
  private static String failure(String... options) {
    String[] args = new String[options.length + 2];
    args[0] = "compare";
    args[1] = "--quiet";
    System.arraycopy(options, 0, args, 2, options.length);
    Outcome outcome = Cli.run(args);
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertEquals("", outcome.out());
    return outcome.err().strip().substring("tutti: ".length());
  }

  @Test
  void placesOfResultsAreCheckedFirst() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "kept");
    assertEquals(
        "--out " + file + ": is a file, a folder is needed", failure("--out", file.toString()));
    Path out = file.resolveSibling("both");
    Path report = out.resolve("run.json");
    Outcome clash = Cli.run("compare", "--out", out.toString(), "--json", report.toString());
    assertEquals(2, clash.status());
    assertEquals(
        "tutti: --json %s is a file that --out %s writes; name another (see 'tutti compare --help')"
            .formatted(report, out),
        clash.err().strip());
    assertEquals(
        "--out " + file.resolve("a") + ": cannot create this folder",
        failure("--out", file.resolve("a").toString()));
    assertEquals(
        "--json " + folder + ": is a folder, a file is needed",
        failure("--json", folder.toString()));
    Path json = folder.resolve("none/a.json");
    assertEquals(
        "--json " + json + ": its folder does not exist", failure("--json", json.toString()));
    assertEquals("kept", Files.readString(file));
  }

  @Test
  void missingDataIsOneLine() throws IOException {
    Path none = folder.resolve("none");
    assertEquals(
        "%s: no such folder; 'tutti data get mnist --data-dir %s' downloads it"
            .formatted(none, none),
        failure("--data", "mnist", "--data-dir", none.toString()));
    assertEquals(
        folder
            + ": there is no folder mnist in it, and the files of mnist are not in it"
            + " (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz,"
            + " t10k-labels-idx1-ubyte.gz); 'tutti data get mnist --data-dir %s' downloads it"
                .formatted(folder),
        failure("--data", "mnist", "--data-dir", folder.toString()));
    assertEquals(none + ": no such file", failure("--data", "csv:" + none));
    assertEquals(none + ": no such file", failure("--data", "folder:" + none));
  }

  /// Writes an IDX part of this many 28×28 images, all of the label 1 or 0 in turn.
  private static void idx(Path to, String part, int count) throws IOException {
    Files.createDirectories(to);
    ByteBuffer images = ByteBuffer.allocate(16 + 784 * count);
    images.putInt(0x803).putInt(count).putInt(28).putInt(28);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      images.put(16 + 784 * i + i, (byte) 200);
      labels.put((byte) (i % 2));
    }
    gzip(to.resolve(part + "-images-idx3-ubyte.gz"), images.array());
    gzip(to.resolve(part + "-labels-idx1-ubyte.gz"), labels.array());
  }

  private static void gzip(Path file, byte[] bytes) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(bytes);
    }
  }

  @Test
  void fashionMnistAsDataNeedsItsTrainPart() throws IOException {
    idx(folder.resolve("fashion-mnist"), "t10k", 4);
    String line = failure("--data", "fashion-mnist", "--data-dir", folder.toString());
    assertEquals(
        folder.resolve("fashion-mnist")
            + ": holds no train-images-idx3-ubyte or"
            + " train-images-idx3-ubyte.gz",
        line);
  }

  @Test
  void setsThatWouldBeTheSameFilesAreRefused() throws IOException {
    Path both = folder.resolve("sets");
    idx(both, "t10k", 4);
    idx(both, "train", 4);
    String[] args = {"--data", "mnist", "--ood", "fashion-mnist", "--data-dir", both.toString()};
    assertEquals(
        both
            + ": mnist and fashion-mnist would both be read from it; put each in the folder of its"
            + " name",
        failure(args));
    Path mnist = folder.resolve("mnist");
    idx(mnist, "t10k", 4);
    idx(mnist, "train", 4);
    String line = failure("--data", "fashion-mnist", "--data-dir", mnist.toString());
    assertFalse(line.contains("would both"), line);
    assertEquals(mnist + ": there is no folder fashion-mnist in it", line.split(",")[0]);
  }

  @Test
  void oodOfAnotherSizeIsOneLine() throws IOException {
    Path table = folder.resolve("a.csv");
    Files.writeString(table, "x,y,label\n" + "1,2,a\n3,4,b\n".repeat(10));
    Path other = folder.resolve("b.csv");
    Files.writeString(other, "x,label\n" + "1,a\n3,b\n".repeat(10));
    assertEquals(
        "--ood csv:%s: its examples are [1], those of csv:%s are [2]; choose a set of the same size"
            .formatted(other, table),
        failure("--data", "csv:" + table, "--ood", "csv:" + other));
  }

  @Test
  void oodOfOtherColumnsIsOneLine() throws IOException {
    Path table = folder.resolve("a.csv");
    Files.writeString(table, "x,y,label\n" + "1,2,a\n3,4,b\n".repeat(10));
    Path other = folder.resolve("b.csv");
    Files.writeString(other, "y,x,label\n" + "1,2,a\n3,4,b\n".repeat(10));
    assertEquals(
        ("--ood csv:%s: its column 1 is \"y\", that of csv:%s is \"x\"; choose a table of the same"
                + " columns")
            .formatted(other, table),
        failure("--data", "csv:" + table, "--ood", "csv:" + other));
  }

  @Test
  void numbersToPredictAreOneLine() throws IOException {
    Path table = folder.resolve("a.csv");
    Files.writeString(table, "x,price\n" + "1,12.5\n3,99\n".repeat(10));
    assertEquals(
        table
            + ": the label column \"price\" holds numbers such as 12.5; classes are whole numbers or"
            + " texts, the option target is for numbers to predict",
        failure("--data", "csv:" + table + "#price"));
    Outcome outcome = Cli.run("compare", "--quiet", "--data", "csv:" + table + "#target=price");
    assertEquals(2, outcome.status());
    assertEquals(
        ("tutti: --data csv:%s#target=price: compare trains classifiers; the option target goes with"
                + " code (see 'tutti compare --help')")
            .formatted(table),
        outcome.err().strip());
  }

  @Test
  void aFirstRowThatMayBeDataIsOneLine() throws IOException {
    Path table = folder.resolve("a.csv");
    Files.writeString(table, "30,64,1,1\n31,59,2,1\n34,60,0,2\n");
    assertEquals(
        table
            + ": line 1 looks like data, not like a header: \"30\", \"64\", \"1\", \"1\"; the option"
            + " header says which it is (header=no or header=yes)",
        failure("--data", "csv:" + table));
  }

  @Test
  void networksThatTheImagesDoNotFitAreOneLine() throws IOException {
    Path table = folder.resolve("a.csv");
    Files.writeString(table, "x,label\n" + "1,a\n".repeat(10));
    assertEquals(
        "csv:%s: 8 training and 2 test examples of 1 classes; 1 and 1 of 2 classes are the least"
            .formatted(table),
        failure("--data", "csv:" + table));
    assertEquals(
        "vgg: needs images of at least 32×32, got [28, 28, 1]",
        failure("--model", "vgg16_bn", "--limit", "8", "--test-limit", "4"));
  }

  /// A learning rate far too large ends in numbers that are none, and in one line.
  @Test
  void divergedTrainingIsOneLineAndKeepsWhatIsFinished() {
    Outcome outcome =
        Cli.run(
            "compare --quiet --limit 64 --test-limit 20 --model mlp --methods batch --members 2"
                .concat(" --optimizer sgd --lr 1e30 --batch 16 --epochs 2")
                .split(" "));
    assertEquals(1, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertEquals(
        "tutti: batch: training: the loss of the ensemble is NaN",
        outcome.err().strip().split(" at epoch")[0].replace("Infinity", "NaN"));
  }
}
