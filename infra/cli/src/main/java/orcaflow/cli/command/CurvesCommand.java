package orcaflow.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.curves.Curves;
import orcaflow.cli.curves.TensorBoardFile;
import orcaflow.cli.run.CommittedTopic;
import orcaflow.cli.terminal.Output;
import orcaflow.events.Evaluation;
import orcaflow.events.TrainingStep;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.UnreadableRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The training steps of a run for other programs. */
@Command(
    name = "curves",
    mixinStandardHelpOptions = true,
    description = {
      "Print the training steps of a run as CSV, or write them for TensorBoard: loss, KL, rewards,",
      "gradient norm, age. Columns have the names that TRL logs; 'number' counts over all iterations."
    },
    footer = {
      "",
      "Example: ./orcaflow curves > curves.csv",
      "",
      "Example: ./orcaflow curves --tensorboard tensorboard"
    })
public final class CurvesCommand implements Callable<Integer> {

  @Mixin private RunSelection selection;
  @Mixin private Output output;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Write an event file into DIR/RUN instead, with the scores of the policies"
              + " (tensorboard --logdir DIR). It replaces the one of an earlier call.")
  private Optional<Path> tensorBoard = Optional.empty();

  @Override
  public Integer call() throws Exception {
    try (RunLocation.Reached reached = selection.reach()) {
      print(reached.cluster());
    }
    return 0;
  }

  private void print(Cluster cluster) throws Exception {
    List<TrainingStep> steps =
        CommittedTopic.readable(cluster, Topics.TRAINING_STEPS, CurvesCommand::leftOut);
    List<Evaluation> evaluations =
        CommittedTopic.readable(cluster, Topics.EVALUATIONS, CurvesCommand::leftOut);
    Curves curves = Curves.of(steps, evaluations);
    if (tensorBoard.isPresent()) {
      Path file = TensorBoardFile.write(curves, tensorBoard.get().resolve(cluster.run()));
      output.line(
          new Written(file.toString(), curves.rows().size(), curves.scores().size()),
          "%s: %,d steps, %,d scores"
              .formatted(file, curves.rows().size(), curves.scores().size()));
    } else if (output.json()) {
      output.array(curves.rows().stream().map(Curves.Row::facts).toList());
    } else {
      curves.csv().forEach(output::text);
    }
  }

  private static void leftOut(UnreadableRecord record) {
    System.err.println("left out: " + record);
  }

  /** What was written, for JSON. */
  record Written(String file, int steps, int scores) {}
}
