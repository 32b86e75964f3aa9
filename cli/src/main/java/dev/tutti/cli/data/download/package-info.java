/// Downloads of files whose size and SHA-256 are known beforehand. Only a verified file takes its
/// name, and received bytes are kept for the next try.
///
/// | family | members |
/// |---|---|
/// | what is wanted | [RemoteFile], and [LocalFile], how much of it is there |
/// | getting it | [Download], with all addresses and tries; `Transfer` is one request |
/// | keeping it | `PartFile`, the beginning of a file; `PartWriter`, [Disk], `Sha256` |
/// | limits and failures | [Patience]; `Refusal` of one address, [Unavailable] of all |
/// | for users | [Words] |
///
/// Start with [Download], then read `PartFile` and `Transfer`.
package dev.tutti.cli.data.download;
