package orcaflow.cli.contamination;

/**
 * A row of a question file.
 *
 * @param id the row's {@code id}, or {@code line N} where it has none
 * @param line its line, from 1
 */
public record BenchmarkQuestion(String id, long line, String text) {}
