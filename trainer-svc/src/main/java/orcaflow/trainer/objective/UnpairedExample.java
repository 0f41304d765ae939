package orcaflow.trainer.objective;

import orcaflow.trainer.tokenizer.Example;

/** One example of KTO: a completion with the mark whether it is wanted. */
public record UnpairedExample(Example example, boolean desirable) {}
