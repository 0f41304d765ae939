/** The training loop: iterations in, policies out; no step is lost and none is published twice. */
package orcaflow.trainer.train;
