/** The training loop: iterations in, policies out, nothing lost and nothing told twice. */
package orcaflow.trainer.train;
