/** What a person sees: output, progress, failures. */
package orcaflow.cli.terminal;
