/** One class for each command of {@code ./orcaflow}. */
package orcaflow.cli.command;
