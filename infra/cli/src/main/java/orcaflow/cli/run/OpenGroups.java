package orcaflow.cli.run;

import orcaflow.schemas.IdMultiset;

/**
 * The groups of an iteration whose rows depend on one another.
 *
 * @param groups ids of their requests
 * @param completions groups that complete one of them
 */
public record OpenGroups(IdMultiset groups, long completions) {}
