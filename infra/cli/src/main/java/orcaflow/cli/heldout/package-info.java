/** Problems that are held out of the seeds as a benchmark. Nothing here knows Kafka. */
package orcaflow.cli.heldout;
