/**
 * Sampling completions with continuous batching. Begin with {@link
 * orcaflow.trainer.generate.Sampler}.
 */
package orcaflow.trainer.generate;
