/// Attention and the transformer's encoder: [MultiheadAttention], [AttentionMask],
/// [TransformerEncoderLayer], [TransformerEncoder]. A [SequenceLayer] takes a mask beside its
/// input.
package dev.tutti.nn.attention;
