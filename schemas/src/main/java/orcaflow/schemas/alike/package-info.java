/**
 * Near-duplicates: texts as sets of runs of words, an exact index of those that are alike, and
 * families of problems. Begin with {@link orcaflow.schemas.alike.Shingles}. Nothing here depends on
 * Kafka.
 */
package orcaflow.schemas.alike;
