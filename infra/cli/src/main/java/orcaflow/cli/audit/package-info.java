/** Verdicts of a run against the second checker of answers. */
package orcaflow.cli.audit;
