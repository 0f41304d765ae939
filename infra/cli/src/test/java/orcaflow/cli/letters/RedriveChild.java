package orcaflow.cli.letters;

import java.util.List;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;

/** A redrive in a process of its own, to be killed: bootstrap, registry, run. */
final class RedriveChild {

  private RedriveChild() {}

  public static void main(String[] args) {
    try (Redrive redrive = new Redrive(new Cluster(args[0], args[1], args[2]))) {
      System.out.println("begin");
      redrive.run(List.of(Topics.PROBLEMS), LetterFilter.ALL);
    }
    System.out.println("end");
  }
}
