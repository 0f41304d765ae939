/**
 * Dead letters: what they say, and how they are redriven. Begin with {@code Redrive} for the
 * transaction, and with {@code RedrivePlan} for the rule.
 */
package orcaflow.cli.letters;
