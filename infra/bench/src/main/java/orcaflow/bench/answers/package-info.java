/** Verdicts on answers: how many a CPU-second, beside a filter of regular expressions. */
package orcaflow.bench.answers;
