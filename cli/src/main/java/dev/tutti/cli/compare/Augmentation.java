package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Mix;
import dev.tutti.nn.data.Transform;
import dev.tutti.nn.data.image.AffineRanges;
import dev.tutti.nn.data.image.Augment;
import java.util.List;

/// The changes of `--augment`.
final class Augmentation {
  static final List<String> NAMES = List.of("crop", "flip", "affine", "erasing", "mixup", "cutmix");

  private Augmentation() {}

  /// {@return batches of examples that are changed as asked, and then as `last` says}
  ///
  /// @param shape of one example
  static Batches of(Batches batches, List<String> asked, int[] shape, Transform last) {
    Transform all = Transform.none();
    Mix mix = null;
    for (String name : asked) {
      if (shape.length != 3 && !name.equals("mixup")) {
        throw new UsageError("--augment " + name + " changes images; a table has mixup only");
      }
      switch (name) {
        case "mixup", "cutmix" -> {
          if (mix != null) {
            throw new UsageError("--augment takes one of mixup and cutmix");
          }
          mix = name.equals("mixup") ? Mix.mixup(0.2) : Mix.cutmix(1);
        }
        case "crop" -> all = all.then(Augment.randomCrop(Math.max(1, shape[0] / 8)));
        case "flip" -> all = all.then(Augment.randomHorizontalFlip(0.5));
        case "affine" ->
            all =
                all.then(
                    Augment.randomAffine(
                        AffineRanges.NONE.degrees(10).translate(0.1, 0.1).scale(0.9, 1.1)));
        default -> all = all.then(Augment.randomErasing(0.5));
      }
    }
    Batches changed = batches.transformed(asked.isEmpty() ? last : all.then(last));
    return mix == null ? changed : changed.mixed(mix);
  }
}
