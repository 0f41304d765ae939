/** How well a policy answers variants of the questions that it is scored on. */
package orcaflow.cli.robustness;
