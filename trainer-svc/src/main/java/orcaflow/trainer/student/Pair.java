package orcaflow.trainer.student;

/** One example of DPO: two completions of one prompt, the first preferred to the second. */
public record Pair(Example chosen, Example rejected) {}
