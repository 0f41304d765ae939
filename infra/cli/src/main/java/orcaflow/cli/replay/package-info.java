/**
 * Replay: a part of one run's history labelled again by another rule, into the topics of another
 * run, and a student trained on it from a checkpoint of the first. No model is asked. {@code
 * Replay} is the course of it, {@code History} the records, {@code Relabel} the labelling; {@code
 * Comparison} sets two runs side by side, {@code Ablation} is a table of replays.
 */
package orcaflow.cli.replay;
