package orcaflow.cli.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import orcaflow.cli.run.RunPlan;
import orcaflow.schemas.Cluster;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code run} and {@code up} share: the folder, the run, what it is made of, the budget. */
final class RunOptions {

  @Option(
      names = "--dir",
      defaultValue = "orcaflow-data",
      description = "Folder of the run (default: ${DEFAULT-VALUE}).")
  private Path dir;

  @Option(
      names = "--run",
      defaultValue = "main",
      description = "Name of the run, the prefix of its topics (default: ${DEFAULT-VALUE}).")
  private String run;

  @Option(
      names = "--budget",
      paramLabel = "AMOUNT",
      description =
          "What the run may spend at the teacher's URL, for example 25USD (with --prices) or"
              + " 2000000tokens. Then its stages wait; 'budget raise' lets them go on.")
  private Optional<String> budget = Optional.empty();

  @Mixin private ProductionOptions production;
  @Mixin private DeviceOption device;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of a new run's topics (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--cloud-events",
      description = "Give every record the headers of CloudEvents (binary mode).")
  private boolean cloudEvents;

  @Option(
      names = "--otlp",
      paramLabel = "URL",
      description =
          "Send spans of OpenTelemetry to the collector there, by OTLP over HTTP: for example"
              + " http://127.0.0.1:4318. Without it none are made.")
  private Optional<String> otlp = Optional.empty();

  /** Folder of the run. */
  Path dir() {
    return dir;
  }

  /** What a run is made of. */
  ProductionOptions production() {
    return production;
  }

  /**
   * Checks everything that can be checked before anything starts.
   *
   * @param openAfterRows see {@link RunPlan}
   * @param endless whether problems come without an end
   */
  RunPlan plan(long openAfterRows, boolean endless) throws IOException, Failure.BadInput {
    if (partitions < 1 || partitions > 1000) {
      throw new Failure.BadInput("--partitions is %d: give 1 to 1000".formatted(partitions));
    }
    String where = device.use();
    return production
        .plan(new ProductionOptions.Place(dir, run, partitions, openAfterRows, endless), budget)
        .with(new RunPlan.StartOptions(cloudEvents, otlp(), where));
  }

  private Optional<URI> otlp() throws Failure.BadInput {
    try {
      return otlp.map(URI::create).map(Cluster::requireCollector);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput(
          "--otlp is no address of a collector: give http://host:port, without user or query");
    }
  }
}
