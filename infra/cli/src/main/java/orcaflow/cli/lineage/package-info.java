/** Walks from a training step to the problems it learnt from, and from a problem to its steps. */
package orcaflow.cli.lineage;
