package orcaflow.cli.run;

import java.nio.file.Path;
import java.util.Map;
import orcaflow.schemas.Cluster;
import orcaflow.stack.Stack;
import orcaflow.stack.TopicCatalogue;

/** A process that has a run's folder, and serves only when it is asked to by a character. */
public final class StartingRun {

  private StartingRun() {}

  public static void main(String[] args) throws Exception {
    Path dir = Path.of(args[0]);
    try (Stack stack = Stack.start(dir.resolve("stack"))) {
      Cluster cluster = stack.cluster("main");
      TopicCatalogue.apply(cluster, 1, 1);
      System.out.println("it has the folder");
      System.in.read();
      Endpoints.ofThisProcess(cluster.bootstrap(), cluster.registry(), "main", Map.of()).write(dir);
      System.in.read();
    }
  }
}
