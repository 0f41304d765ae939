/**
 * One optimiser step: forward, loss, backward, clip, step. Begin with {@link
 * orcaflow.trainer.learn.Learner}.
 */
package orcaflow.trainer.learn;
