/** What a person sees while a command works: output, progress, logs. */
package orcaflow.cli.terminal;
