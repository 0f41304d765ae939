package orcaflow.cli.run;

import java.util.OptionalLong;

/**
 * How far the making of problems is.
 *
 * @param seeds candidates that the seed file contributes, once known
 * @param solved problems that the stage solve is finished with
 * @param expanded problems that the agents are finished with, counted once per agent
 * @param toExpand problems that the agents take, counted once per agent
 */
public record ProductionProgress(
    OptionalLong seeds,
    long candidates,
    long admitted,
    long rejected,
    long solved,
    long expanded,
    long toExpand) {}
