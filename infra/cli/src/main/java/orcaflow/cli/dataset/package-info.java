/**
 * Dataset versions: a cut through a run's topics, named by the hash of what it holds, and its
 * export. {@code Manifest} is the version, {@code RunTopics} cuts and reads it, {@code Tables} says
 * what a row is, {@code Export} writes.
 */
package orcaflow.cli.dataset;
