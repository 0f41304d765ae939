/**
 * How much of a benchmark is in what was admitted, by the check of the Orca-Math paper (arXiv
 * 2402.14830): the most similar problems by TF-IDF cosine for each question, then the overlap of
 * n-gram sets for those pairs. Begin with {@link orcaflow.cli.contamination.ContaminationCheck}.
 * Nothing here knows Kafka.
 */
package orcaflow.cli.contamination;
