package dev.tutti.cli.data;

import dev.tutti.cli.terminal.UsageError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The sides that `--size` names: `N`, or `HxW`.
public record ImageSize(int height, int width) {
  /// The largest side, by which the pixels of an image stay within what the reader takes.
  private static final int LARGEST = 4096;

  private static final Pattern SIDES = Pattern.compile("([0-9]{1,6})(?:[x×]([0-9]{1,6}))?");

  /// {@return the sides that the option's text says}
  public static ImageSize parse(String text) {
    Matcher sides = SIDES.matcher(text);
    if (sides.matches()) {
      int height = Integer.parseInt(sides.group(1));
      int width = sides.group(2) == null ? height : Integer.parseInt(sides.group(2));
      if (Math.min(height, width) >= 1 && Math.max(height, width) <= LARGEST) {
        return new ImageSize(height, width);
      }
    }
    throw new UsageError(
        "--size %s: a number of pixels or HEIGHTxWIDTH is needed, each from 1 to %d, as 64 or 48x64"
            .formatted(text, LARGEST));
  }

  @Override
  public String toString() {
    return height == width ? "" + height : height + "x" + width;
  }
}
