/** Text to token ids and back. Begin with {@link orcaflow.trainer.tokenizer.StudentTokenizer}. */
package orcaflow.trainer.tokenizer;
