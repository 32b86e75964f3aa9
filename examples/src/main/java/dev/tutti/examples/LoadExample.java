package dev.tutti.examples;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.LeNet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/// Loads what `tutti compare --out run` has written; the README quotes the region below as it
/// stands.
public final class LoadExample {
  private LoadExample() {}

  /// Runs the example on the folder that the first argument names, or `run`.
  public static void main(String... args) {
    Path run = Path.of(args.length == 0 ? "run" : args[0]);
    // @start region="load"
    Function<Key, DeepEnsemble> init =
        key -> DeepEnsemble.init(key, 4, k -> LeNet.init(k, Shape.of(28, 28, 1), 10));
    DeepEnsemble form = Transforms.shapes(init).apply(Key.of(0)); // no weights are drawn
    SafeTensors file = SafeTensors.read(run.resolve("deep.safetensors"));
    DeepEnsemble deep = StateDict.load(form, file.tensors());

    Transform scale = Transform.normalize(new float[] {Glyphs.MEAN}, new float[] {Glyphs.STD});
    Dataset unseen = Glyphs.digits(10, 3);
    Batches images = Batches.of(unseen, 10).transformed(scale);
    Predictions predictions = Evaluator.predictions(deep, images);
    System.out.println(Arrays.toString(predictions.predictedClasses()));
    // @end
  }
}
