/**
 * A look at a few seeds: what is sent, what comes back, what becomes of it, what all would cost.
 */
package orcaflow.cli.preview;
