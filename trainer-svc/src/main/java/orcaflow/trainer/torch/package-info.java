/**
 * The PyTorch engine on DJL: where it computes, in what precision, on how many threads. Only {@code
 * model}, {@code learn} and {@code generate} use it; nothing native leaves them.
 */
package orcaflow.trainer.torch;
