/** Which parts of a run do not move although something waits for them, and why. */
package orcaflow.cli.stall;
