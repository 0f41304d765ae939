/**
 * The student and its learner on DJL, without Kafka and without HTTP. Arrays at the borders live on
 * the Java heap; nothing native leaves the package.
 *
 * <p>Begin with {@code ops.py}: all the mathematics, in TorchScript. {@code Ops} loads it, {@code
 * Network} holds weights for it, {@code Batch} puts examples side by side. {@link
 * orcaflow.trainer.student.Learner} makes optimiser steps from it, with {@code KtoLoss} and {@code
 * DpoLoss} in plain Java; {@link orcaflow.trainer.student.Sampler} answers questions; {@link
 * orcaflow.trainer.student.StudentModel} looks at logits and log-probabilities. A student on disk
 * is a {@link orcaflow.trainer.student.StudentFolder}.
 */
package orcaflow.trainer.student;
