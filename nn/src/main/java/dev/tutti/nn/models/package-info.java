/// Networks made of the layers of `dev.tutti.nn`, in the names, shapes and initial values of the
/// libraries that they come from.
///
/// | family | members |
/// |---|---|
/// | small | [Mlp], [LeNet], [ConvNet] |
/// | residual | [ResNet] of [BasicBlock] or [Bottleneck], [WideResNet] |
/// | plain | [Vgg] |
/// | transformer | [VisionTransformer] |
///
/// Start with [LeNet]: a record of layers and an `init` from a key. The larger networks are made by
/// a `Config`. `Convolutions` has their initial weights, `Images` what they require of an image's
/// shape.
package dev.tutti.nn.models;
