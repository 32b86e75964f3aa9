/// Layers, losses, optimisers, data readers and models.
module dev.tutti.nn {
  requires static java.desktop; // PNG images
  requires transitive dev.tutti.engine;

  exports dev.tutti.nn;
  exports dev.tutti.nn.attention;
  exports dev.tutti.nn.data;
  exports dev.tutti.nn.data.glyph;
  exports dev.tutti.nn.data.image;
  exports dev.tutti.nn.data.read;
  exports dev.tutti.nn.fit;
  exports dev.tutti.nn.init;
  exports dev.tutti.nn.io;
  exports dev.tutti.nn.loss;
  exports dev.tutti.nn.models;
  exports dev.tutti.nn.optim;

  // Records of its own are trees.
  opens dev.tutti.nn to
      dev.tutti.engine;
  opens dev.tutti.nn.fit to
      dev.tutti.engine;
}
