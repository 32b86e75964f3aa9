/// Labelled data, and how training gets it. [Dataset] holds examples, [Splits] makes parts of it,
/// and [Batches] hands it to training in an order and with changes that are functions of a key:
/// inputs changed ([Transform]), examples mixed ([Mix]). Tables are prepared by [Preprocessing]:
/// [Imputer], [OneHotEncoder], [StandardScaler].
///
/// | where it comes from | package |
/// |---|---|
/// | files: IDX, CIFAR-10, folders and archives of images, CSV | `dev.tutti.nn.data.read` |
/// | drawn digits | `dev.tutti.nn.data.glyph` |
/// | changes of images: augmentation, corruptions | `dev.tutti.nn.data.image` |
package dev.tutti.nn.data;
