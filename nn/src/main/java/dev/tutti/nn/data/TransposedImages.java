package dev.tutti.nn.data;

/// Images whose rows and columns are exchanged when they are read.
///
/// @param shape that of the images as they are kept, `[H, W, C]`
record TransposedImages(Examples images, int[] shape) implements Examples {
  @Override
  public int count() {
    return images.count();
  }

  @Override
  public void read(int i, float[] to, int offset) {
    int height = shape[0];
    int width = shape[1];
    int channels = shape[2];
    float[] image = new float[height * width * channels];
    images.read(i, image, 0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * width + x) * channels;
        System.arraycopy(image, from, to, offset + (x * height + y) * channels, channels);
      }
    }
  }

  @Override
  public TransposedImages select(int[] indices) {
    return new TransposedImages(images.select(indices), shape);
  }
}
