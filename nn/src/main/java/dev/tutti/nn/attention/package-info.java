/// Attention and the transformer's encoder: [MultiheadAttention], [TransformerEncoderLayer],
/// [TransformerEncoder], whose masks are [dev.tutti.nn.AttentionMask]s.
package dev.tutti.nn.attention;
