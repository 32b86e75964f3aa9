package dev.tutti.nn.data.read;

/// A file or folder that is not in a set of images ([ImageFolder#leftOut]).
///
/// @param path from the top of the set's folder or archive; that of a folder ends with `/`
/// @param why why it is left out
public record LeftOut(String path, Reason why) {
  /// Why a file or folder is left out.
  public enum Reason {
    /// A validation part: if there is a test part too, it is neither training nor test part.
    VALIDATION_PART("validation part"),
    /// An image outside the class folders.
    OUTSIDE_CLASSES("image outside the class folders"),
    /// A link to a folder that contains it.
    LEADS_BACK("link that leads back"),
    /// A name that starts with a dot.
    HIDDEN("hidden file or folder"),
    /// Neither the name nor the first bytes are an image's.
    NOT_AN_IMAGE("not an image");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /// {@return the reason in words, for one file or folder}
    @Override
    public String toString() {
      return words;
    }
  }

  /// {@return the path, with the reason in brackets}
  @Override
  public String toString() {
    return path + " (" + why + ")";
  }
}
