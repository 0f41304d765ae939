/** The policy server: the newest student behind the HTTP API of OpenAI. */
package orcaflow.trainer.serve;
