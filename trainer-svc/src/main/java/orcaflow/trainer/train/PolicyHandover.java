package orcaflow.trainer.train;

import orcaflow.events.Policy;
import orcaflow.trainer.model.StudentFolder;

/**
 * Passes policies on inside this JVM, so that nobody here waits until their events are read back.
 * Is called on the trainer's thread and does not throw.
 */
public interface PolicyHandover {

  /** What an iteration ended with, before the gate decides on it. */
  void candidate(StudentFolder student);

  /** A policy whose event the brokers have. */
  void published(Policy policy);
}
