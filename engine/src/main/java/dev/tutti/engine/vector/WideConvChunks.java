package dev.tutti.engine.vector;

/// How images are cut into chunks of about 512 pixels: several whole images, or rows of one.
///
/// @param images images in a chunk
/// @param rows rows of each in a chunk
/// @param total images in all
/// @param height rows of an image
record WideConvChunks(int images, int rows, int total, int height) {
  private static final int PIXELS = 512;

  static WideConvChunks of(int total, int height, int width) {
    int image = Math.max(1, height * width);
    if (image >= 2 * PIXELS) {
      int rows = Math.ceilDiv(height, Math.min(height, image / PIXELS));
      return new WideConvChunks(1, rows, total, height);
    }
    int blocks = Math.max(1, Math.ceilDiv(total, Math.max(1, PIXELS / image)));
    return new WideConvChunks(Math.max(1, Math.ceilDiv(total, blocks)), height, total, height);
  }

  private int rowBlocks() {
    return Math.ceilDiv(height, rows);
  }

  int count() {
    return Math.ceilDiv(total, images) * rowBlocks();
  }

  int firstImage(int chunk) {
    return chunk / rowBlocks() * images;
  }

  int imagesOf(int chunk) {
    return Math.min(images, total - firstImage(chunk));
  }

  int firstRow(int chunk) {
    return chunk % rowBlocks() * rows;
  }

  int rowsOf(int chunk) {
    return Math.min(rows, height - firstRow(chunk));
  }
}
