/// Changes of images: [Augment] has those for training, named as in torchvision, and [Corruption]
/// spoils images to test with, five severities each.
package dev.tutti.nn.data.image;
