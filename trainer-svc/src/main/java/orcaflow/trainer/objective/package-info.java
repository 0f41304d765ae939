/**
 * What an iteration optimises: SFT, KTO, DPO, one file each. An objective encodes rows, orders
 * batches and computes the loss; {@code learn} computes the gradient. Begin with {@link
 * orcaflow.trainer.objective.Objective}.
 */
package orcaflow.trainer.objective;
