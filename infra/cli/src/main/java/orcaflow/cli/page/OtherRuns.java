package orcaflow.cli.page;

import java.util.List;
import orcaflow.cli.lineage.UnknownId;
import orcaflow.cli.replay.BadReplay;
import orcaflow.cli.replay.Comparison;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.run.RunList;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

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
    try {
      return Comparison.of(cluster, another(run));
    } catch (BadReplay e) {
      throw new UnknownId(e.getMessage());
    }
  }

  /** All training steps of another run that are there now. */
  Curves.Columns curves(String run) throws Exception {
    Curves curves = new Curves();
    CommittedTopic.each(another(run), Topics.TRAINING_STEPS, curves::add);
    return curves.from(0);
  }

  private Cluster another(String run) throws Exception {
    List<String> names = names();
    if (!names.contains(run)) {
      throw new UnknownId("there is no run '%s': there are %s".formatted(run, names));
    }
    return cluster.another(run);
  }
}
