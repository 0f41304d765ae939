package orcaflow.agents.stage;

/**
 * Counts of a stage since it started: consumed = done + skipped + dead + unwanted + repeated +
 * givenBack + inFlight.
 *
 * @param consumed inputs acquired from the share group
 * @param unwanted inputs that the agent does not work on
 * @param repeated inputs that were finished before and delivered again
 * @param givenBack inputs returned to the group unfinished, or lost to another worker
 * @param outputs events produced
 */
public record StageCounts(
    long consumed,
    long done,
    long skipped,
    long dead,
    long unwanted,
    long repeated,
    long givenBack,
    long inFlight,
    long outputs) {}
