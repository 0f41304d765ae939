/** What a person changes in a run: each change is an event before it is made. */
package orcaflow.cli.change;
