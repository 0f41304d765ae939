package orcaflow.trainer.objective;

import orcaflow.trainer.tokenizer.Example;

/** One example of DPO: two completions of one prompt, the first preferred to the second. */
public record PreferenceExample(Example chosen, Example rejected) {}
