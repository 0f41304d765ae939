package orcaflow.cli.dataset;

/** A row before it is written: what it is made of, and what is known of its problem. */
record DatasetRow<R>(R event, About about) {}
