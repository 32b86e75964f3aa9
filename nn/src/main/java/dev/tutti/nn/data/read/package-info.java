/// Readers of data sets: [Idx] (MNIST), [Cifar] (CIFAR-10's binary files), [ImageFolder] (folders
/// or zip archives of JPEG and PNG images) and [Csv] tables.
///
/// Readers trust no file. Sizes and counts in headers are compared with what a file can hold before
/// anything is allocated, compressed data is unpacked no further than promised, nothing is ever
/// written to disk, and whatever is wrong ends in a [dev.tutti.nn.io.DataError] of one line.
package dev.tutti.nn.data.read;
