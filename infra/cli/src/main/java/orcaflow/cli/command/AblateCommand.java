package orcaflow.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.replay.Ablation;
import orcaflow.cli.terminal.Logging;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.streams.pair.Labelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The paper's ablations as replays. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    description = {
      "Replay one run's history under the paper's ablations, all from one checkpoint, and print one table.",
      "No model is asked. Started again it continues with the arms that are not finished."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow ablate --from main --dir orcaflow-data -o json",
      "  ./orcaflow ablate --arms kto,dpo --labelling mine.yaml"
    })
public final class AblateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunLocation location;
  @Mixin private HeldOutBenchmark benchmark;
  @Mixin private Output output;

  @Option(
      names = "--from",
      defaultValue = "main",
      description =
          "The run and the part of its history, as in 'replay' (default: ${DEFAULT-VALUE}).")
  private String from;

  @Option(
      names = "--from-policy",
      defaultValue = "M1",
      description = "The checkpoint all arms start from (default: ${DEFAULT-VALUE}).")
  private String fromPolicy;

  @Option(
      names = "--labelling",
      paramLabel = "LABELLING",
      description =
          "Also an arm that trains the recipe kto under this labelling, a shipped one or a YAML"
              + " file; may be given again. Its name is kto-NAME.")
  private List<String> labellings = List.of();

  @Option(
      names = "--arms",
      split = ",",
      description = "Some of the paper's arms, by name (default: all).")
  private List<String> wanted = List.of();

  @Override
  public Integer call() throws Exception {
    location.requireClear();
    Path home = location.dir().toAbsolutePath().normalize();
    List<Ablation.Arm> arms = arms();
    Ablation.Settings settings =
        new Ablation.Settings(home, from, fromPolicy, benchmark.file(home));
    Logging.into(home);
    Optional<Ablation> finished = Ablation.finished(settings, arms);
    if (finished.isPresent()) {
      print(finished.get());
      return 0;
    }
    return Stoppable.call(
        Failure.CONTINUES,
        () -> {
          try (Progress progress = Progress.on(System.err);
              RunLocation.Reached reached = location.reach(Optional.empty())) {
            print(Ablation.execute(settings, arms, reached.cluster(), progress));
          }
          return 0;
        });
  }

  private void print(Ablation ablation) throws java.io.IOException {
    spec.commandLine().getOut().print(output.json() ? ablation.json() : ablation.text());
    spec.commandLine().getOut().flush();
  }

  private List<Ablation.Arm> arms() throws Failure.BadInput {
    List<String> names = Ablation.ARMS.stream().map(Ablation.Arm::name).toList();
    List<String> unknown = new ArrayList<>(wanted);
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw new Failure.BadInput(
          "--arms has '%s': the arms are %s".formatted(unknown.get(0), String.join(", ", names)));
    }
    List<Ablation.Arm> arms =
        new ArrayList<>(
            Ablation.ARMS.stream()
                .filter(arm -> wanted.isEmpty() || wanted.contains(arm.name()))
                .toList());
    for (String labelling : labellings) {
      arms.add(own(labelling));
    }
    return arms;
  }

  private static Ablation.Arm own(String labelling) throws Failure.BadInput {
    String name = "kto-" + Labelling.of(LabellingCommand.source(labelling)).name();
    if (Ablation.ARMS.stream().anyMatch(arm -> arm.name().equals(name))) {
      throw new Failure.BadInput(
          "--labelling %s: the arm %s is there already".formatted(labelling, name));
    }
    return new Ablation.Arm(name, labelling, "kto");
  }
}
