package orcaflow.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.lineage.ProblemTrace;
import orcaflow.cli.lineage.StepTrace;
import orcaflow.cli.lineage.Tracer;
import orcaflow.cli.terminal.Output;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From a training step to its problems, and from a problem to its training steps. */
@Command(
    name = "lineage",
    mixinStandardHelpOptions = true,
    description = {
      "Print what a training step learnt from, or what became of a problem:",
      "candidates, solutions, rollouts, verdicts, rows, steps and policies."
    },
    footer = {
      "",
      "Examples:",
      "  ./orcaflow lineage --step M2/7",
      "  ./orcaflow lineage --problem 5f0c3e9a1b2d4c6f8e7a9b0c1d2e3f40 -o json | jq .steps"
    })
public final class LineageCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

  @Spec private CommandSpec spec;
  @Mixin private RunSelection selection;
  @Mixin private Output output;

  @ArgGroup(multiplicity = "1")
  private Subject subject;

  /** One of the two. */
  static final class Subject {
    @Option(
        names = "--step",
        paramLabel = "N",
        description = "A step: M2/7, or 7 where only one iteration has such a step.")
    private Optional<String> step = Optional.empty();

    @Option(names = "--problem", paramLabel = "ID", description = "A problem.")
    private Optional<String> problem = Optional.empty();
  }

  @Override
  public Integer call() throws Exception {
    try (RunLocation.Reached reached = selection.reach();
        Tracer tracer = new Tracer(reached.cluster())) {
      if (subject.step.isPresent()) {
        StepTrace trace = tracer.step(subject.step.get());
        print(trace, trace.text());
      } else {
        ProblemTrace trace = tracer.problem(subject.problem.orElseThrow());
        print(trace, trace.text());
      }
    }
    return 0;
  }

  private void print(Object trace, String text) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(trace));
    } else {
      out.print(text);
    }
    out.flush();
  }
}
