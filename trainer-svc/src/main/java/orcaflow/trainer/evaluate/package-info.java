/** How good a policy is: pass@1 on benchmark files, by the same rule that grades rollouts. */
package orcaflow.trainer.evaluate;
