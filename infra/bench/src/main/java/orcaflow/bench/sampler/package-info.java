/** The sampler against Hugging Face's {@code generate}. */
package orcaflow.bench.sampler;
