/** Verdicts of a run: their reasons, solve rates, and what a second checker of answers says. */
package orcaflow.cli.audit;
