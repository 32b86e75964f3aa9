/// Labelled data ([dev.tutti.nn.data.Dataset]) and where it comes from: IDX files (MNIST),
/// CIFAR-10's binary files, folders or zip archives of JPEG and PNG images, CSV tables, and drawn
/// digits. [dev.tutti.nn.data.Splits] makes parts of it.
///
/// [dev.tutti.nn.data.Batches] hands it to training, in an order and with changes that are
/// functions of a key: images augmented ([dev.tutti.nn.data.Transform]), examples mixed
/// ([dev.tutti.nn.data.Mix]). [dev.tutti.nn.data.Corruption] spoils images to test with.
///
/// Readers trust no file. Sizes and counts in headers are compared with what a file can hold before
/// anything is allocated, compressed data is unpacked no further than promised, nothing is ever
/// written to disk, and whatever is wrong ends in a [dev.tutti.nn.data.DataError] of one line.
package dev.tutti.nn.data;
