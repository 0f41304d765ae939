/**
 * How much two texts have in common: TF-IDF cosine and n-gram overlap as in the contamination check
 * of the Orca-Math paper (arXiv 2402.14830). The gate of {@code admit} and the report over a run
 * use the same classes. Begin with {@link orcaflow.streams.overlap.Tokeniser}. Nothing here depends
 * on Kafka.
 */
package orcaflow.streams.overlap;
