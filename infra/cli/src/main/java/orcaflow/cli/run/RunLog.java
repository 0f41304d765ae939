package orcaflow.cli.run;

import java.util.List;
import java.util.Optional;
import orcaflow.events.RunLogEntry;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/**
 * The settings that a run was started with, as far as they are committed.
 *
 * @param entries oldest first
 */
public record RunLog(List<RunLogEntry> entries) {

  public RunLog {
    entries = List.copyOf(entries);
  }

  /**
   * Reads it; a run that has no such topic has no entries. A record that is no entry is left out,
   * as {@link AccountingReader} names it.
   */
  public static RunLog of(Cluster cluster) {
    return new RunLog(CommittedTopic.readable(cluster, Topics.RUN_LOG, record -> {}));
  }

  /** The recipe that the run was started with last. */
  public Optional<RunLogEntry> recipe() {
    return entries.stream()
        .filter(entry -> entry.getKind().equals("recipe"))
        .reduce((older, newer) -> newer);
  }

  boolean has(RunLogEntry entry) {
    return entries.stream().anyMatch(there -> there.getId().equals(entry.getId()));
  }
}
