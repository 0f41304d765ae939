/** A run without an end: where its problems come from, what is said of it, when it is over. */
package orcaflow.cli.continuous;
