/** The policy server: the newest student behind the wire that every OpenAI client speaks. */
package orcaflow.trainer.serve;
