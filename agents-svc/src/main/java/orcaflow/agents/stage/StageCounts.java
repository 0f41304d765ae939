package orcaflow.agents.stage;

/**
 * What a stage has counted since it started: consumed = done + skipped + dead + unwanted + repeated
 * + givenBack + inFlight.
 *
 * @param repeated finished before and delivered again
 * @param givenBack handed back to the group unfinished, or lost to another worker
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
