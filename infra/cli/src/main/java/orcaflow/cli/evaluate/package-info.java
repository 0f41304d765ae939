/** Models on benchmarks outside a run: who answers, what is kept, and the table. */
package orcaflow.cli.evaluate;
