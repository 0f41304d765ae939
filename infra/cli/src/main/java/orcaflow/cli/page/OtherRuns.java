package orcaflow.cli.page;

import java.util.List;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.cli.replay.BadReplay;
import orcaflow.cli.replay.Comparison;
import orcaflow.cli.run.RunList;
import orcaflow.schemas.Cluster;

/** The other runs of a cluster, and how they differ from this one. */
final class OtherRuns {

  private final Cluster cluster;

  OtherRuns(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Names of those that have settings in their run log, without which they cannot be compared. */
  List<String> names() throws Exception {
    return RunList.of(cluster).stream()
        .filter(row -> row.began().isPresent())
        .map(RunList.Row::run)
        .filter(run -> !run.equals(cluster.run()))
        .toList();
  }

  /** This run and another one side by side; reads the rows of both. */
  Comparison compared(String run) throws Exception {
    if (!names().contains(run)) {
      throw new UnknownId("there is no run '%s': there are %s".formatted(run, names()));
    }
    try {
      return Comparison.of(cluster, cluster.another(run));
    } catch (BadReplay e) {
      throw new UnknownId(e.getMessage());
    }
  }
}
