package orcaflow.trainer.objective;

/** An event that is a row of training data, and where it comes from. */
public record SourcedRow<R>(R event, RowSource source) {}
