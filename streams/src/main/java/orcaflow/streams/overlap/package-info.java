/**
 * How much two texts share, counted in words: TF-IDF cosine and n-gram overlap as the check of the
 * Orca-Math paper (arXiv 2402.14830) has them, and an index that finds every text which shares at
 * least so much. The gate of {@code admit} and the report over a run both count with these. Begin
 * with {@link orcaflow.streams.overlap.Tokeniser} and {@link orcaflow.streams.overlap.AlikeIndex}.
 * Nothing here knows Kafka.
 */
package orcaflow.streams.overlap;
