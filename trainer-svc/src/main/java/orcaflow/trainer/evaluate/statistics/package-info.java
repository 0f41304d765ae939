/**
 * What scores allow one to say: rules on counts, without a model, a client or a clock. Each class
 * names its source. Answers that are undecided count as wrong.
 */
package orcaflow.trainer.evaluate.statistics;
