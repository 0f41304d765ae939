/** The training steps of a run as files of other programs. */
package orcaflow.cli.curves;
