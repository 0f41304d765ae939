/**
 * The student and its learner on DJL, without Kafka and without HTTP. Arrays at the borders live on
 * the Java heap; nothing native leaves the package.
 */
package orcaflow.trainer.student;
