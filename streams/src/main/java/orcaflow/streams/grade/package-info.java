/**
 * Which verdict each rollout gets, and when the group of rollouts that answer one request is
 * written.
 *
 * <p>{@link orcaflow.streams.grade.Grading} decides a rollout. {@code RolloutGroup} decides when a
 * group is written, and {@code RolloutGroup.size} says how many rollouts it has; {@code Sent} is
 * the rule of partial groups. {@link orcaflow.streams.grade.GradeProcessor} is the plumbing, with
 * its stores in {@code GradeStores}.
 */
package orcaflow.streams.grade;
