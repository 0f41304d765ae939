/**
 * What an iteration optimises: SFT, KTO, DPO. Each objective encodes rows, orders batches and
 * computes the loss; {@code learn} computes the gradient.
 */
package orcaflow.trainer.objective;
