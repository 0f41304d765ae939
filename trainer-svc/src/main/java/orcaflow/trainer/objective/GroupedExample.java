package orcaflow.trainer.objective;

import orcaflow.trainer.tokenizer.Example;

/**
 * One example of GSPO.
 *
 * @param group name of the rollouts that it is compared with: those of one problem by one policy
 * @param right its reward, 1 or 0
 */
public record GroupedExample(Example example, String group, boolean right) {}
