package orcaflow.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import orcaflow.schemas.Cluster;

/** What a command printed, failures included, and its exit status. */
public record Printed(int status, String text) {

  /** Runs a command on a run of a cluster that lets everybody in. */
  public static Printed by(Cluster cluster, List<String> command) {
    return by(cluster, command, true);
  }

  /**
   * The same.
   *
   * @param named whether the command takes the name of the run
   */
  public static Printed by(Cluster cluster, List<String> command, boolean named) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--bootstrap", cluster.bootstrap(), "--registry", cluster.registry()));
    if (named) {
      all.addAll(List.of("--run", cluster.run()));
    }
    return of(all);
  }

  /** Runs a command with its options as they are. */
  public static Printed of(List<String> all) {
    StringWriter text = new StringWriter();
    String[] arguments = all.toArray(String[]::new);
    int status =
        Main.commandLine(arguments)
            .setOut(new PrintWriter(text))
            .setErr(new PrintWriter(text))
            .execute(arguments);
    return new Printed(status, text.toString());
  }
}
