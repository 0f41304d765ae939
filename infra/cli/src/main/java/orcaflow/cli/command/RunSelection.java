package orcaflow.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.cli.run.Endpoints;
import orcaflow.schemas.Cluster;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which run a command is about. */
final class RunSelection {

  @Mixin private RunLocation location;

  @Option(
      names = "--run",
      description = "Name of the run, the prefix of its topics (default: main).")
  private Optional<String> run = Optional.empty();

  Path dir() {
    return location.dir();
  }

  /** The folder of a run on this machine; empty where the options name a cluster. */
  Optional<Path> folder() {
    return elsewhere() ? Optional.empty() : Optional.of(dir());
  }

  /** Whether the options name a cluster instead of a folder. */
  boolean elsewhere() {
    return location.elsewhere();
  }

  /** As {@link #cluster()}; where nothing runs in the folder, its topics are opened meanwhile. */
  RunLocation.Reached reach() throws Failure.BadInput, IOException {
    return location.reach(run);
  }

  /** The same for what waits for events: nothing is started, as no event would come. */
  RunLocation.Reached running() throws Failure.BadInput, IOException {
    return new RunLocation.Reached(cluster(), Optional.empty());
  }

  /** The cluster named by the options, or the one that runs in the folder. */
  Cluster cluster() throws Failure.BadInput, IOException {
    return location.cluster(run);
  }

  /** What runs in the folder. */
  Endpoints endpoints() throws Failure.BadInput, IOException {
    return location.endpoints();
  }
}
