package orcaflow.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import orcaflow.schemas.Cluster;
import orcaflow.streams.admit.NearDuplicates;
import orcaflow.streams.admit.NearDuplicates.Among;
import orcaflow.streams.grade.Judge;
import orcaflow.testing.ChildCommand;

/** A process that runs the service until it is killed. */
final class StreamsHolder {

  private StreamsHolder() {}

  /** Arguments: bootstrap, registry, run, state folder, labelling, near-duplicates among. */
  public static void main(String[] arguments) {
    Cluster cluster = new Cluster(arguments[0], arguments[1], arguments[2]);
    try (StreamsService service =
        StreamsService.start(
            cluster,
            config(Path.of(arguments[3]), Among.valueOf(arguments[5])),
            Events.recipe(arguments[4], 1, 0.5),
            List.of())) {
      System.out.println("started");
      service.ended().join();
    }
  }

  /** The embedded settings with a short grace time, so that some groups are partial. */
  static StreamsConfig config(Path stateDir) {
    return config(stateDir, Among.NONE);
  }

  /** The same, with a rule for near-duplicates. */
  static StreamsConfig config(Path stateDir, Among among) {
    StreamsConfig embedded = StreamsConfig.embedded(stateDir);
    return new StreamsConfig(
        embedded.observe(),
        embedded.engine(),
        embedded.admit().with(new NearDuplicates(among, 0.7, 3, false)),
        embedded.schedule(),
        new StreamsConfig.Grade(Judge.OFF, 1, false),
        embedded.pair());
  }

  /** Starts one; returns when it said so. */
  static Process start(Cluster cluster, Path stateDir, String labelling) throws IOException {
    Process process = launch(cluster, stateDir, labelling);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("started")) {
        return process;
      }
    }
    throw new AssertionError("the service ended without a word");
  }

  /** Starts one and does not wait. */
  static Process launch(Cluster cluster, Path stateDir, String labelling) throws IOException {
    return launch(cluster, stateDir, labelling, Among.NONE);
  }

  static Process launch(Cluster cluster, Path stateDir, String labelling, Among among)
      throws IOException {
    return new ProcessBuilder(
            ChildCommand.of(
                384,
                StreamsHolder.class,
                List.of(
                    cluster.bootstrap(),
                    cluster.registry(),
                    cluster.run(),
                    stateDir.toString(),
                    labelling,
                    among.name())))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
