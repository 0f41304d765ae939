/** What this service reads from and writes to Kafka, each id once and only what is committed. */
package orcaflow.trainer.log;
