package orcaflow.trainer.student;

/** One example of KTO: a completion with the mark whether it is wanted. */
public record Labelled(Example example, boolean desirable) {}
