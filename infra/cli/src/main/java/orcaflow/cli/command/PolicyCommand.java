package orcaflow.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orcaflow.cli.continuous.PolicyLog;
import orcaflow.cli.run.PairedScores;
import orcaflow.cli.terminal.Output;
import orcaflow.events.Evaluation;
import orcaflow.events.Policy;
import orcaflow.events.PolicyAction;
import orcaflow.events.Promotion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The policies of a run, and how two of them differ. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description =
        "The policies of a run: what the gate found, what they score, how two differ; and which one"
            + " is served.",
    subcommands = {
      PolicyCommand.Listing.class,
      PolicyCommand.Difference.class,
      PolicyCommand.Promote.class,
      PolicyCommand.Rollback.class
    },
    footer = {"", "Example: ./orcaflow policy ls"})
public final class PolicyCommand implements Runnable {

  private static final String ROW = "%-6s  %-28s  %-9s  %5s  %-37s  %-7s  %-7s";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** All of them. */
  @Command(
      name = "ls",
      mixinStandardHelpOptions = true,
      description = {
        "List the policies of a run.",
        "gate: pass@1 on the validation questions before and after the iteration; where the weights"
            + " were dropped, the policy has those before."
      },
      footer = {"", "Example: ./orcaflow policy ls -o json"})
  static final class Listing implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      PolicyLog log;
      try (RunLocation.Reached reached = selection.reach()) {
        log = PolicyLog.of(reached.cluster());
      }
      output.rows(
          ROW.formatted("NAME", "POLICY", "ALGORITHM", "STEPS", "GATE", "GREEDY", "SAMPLED")
              .stripTrailing(),
          log.policies(),
          policy -> facts(policy, log),
          policy -> row(policy, log));
      return 0;
    }

    private static String row(Policy policy, PolicyLog log) {
      return ROW.formatted(
              policy.getName(),
              policy.getVersion(),
              policy.getAlgorithm(),
              policy.getStep(),
              Optional.ofNullable(policy.getPromotion()).map(Listing::gate).orElse("-"),
              score(log, policy, "greedy"),
              score(log, policy, "sampled"))
          .stripTrailing();
    }

    private static String gate(Promotion found) {
      return "%.3f -> %.3f %s"
          .formatted(
              found.getBefore(), found.getAfter(), found.getPromoted() ? "promoted" : "dropped");
    }

    private static String score(PolicyLog log, Policy policy, String mode) {
      return log.evaluation(policy, mode)
          .map(evaluation -> "%.3f".formatted(evaluation.getAccuracy()))
          .orElse("-");
    }

    private static Map<String, Object> facts(Policy policy, PolicyLog log) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", policy.getName());
      facts.put("policy", policy.getVersion());
      facts.put("iteration", policy.getIteration());
      facts.put("algorithm", policy.getAlgorithm());
      facts.put("steps", policy.getStep());
      facts.put("parent", policy.getParent());
      facts.put("weights", policy.getWeightsHash());
      facts.put("location", policy.getLocation());
      Optional.ofNullable(policy.getPromotion())
          .ifPresent(found -> facts.put("gate", gateFacts(found)));
      for (String mode : List.of("greedy", "sampled")) {
        log.evaluation(policy, mode)
            .ifPresent(evaluation -> facts.put(mode, scoreFacts(evaluation)));
      }
      return facts;
    }

    private static Map<String, Object> gateFacts(Promotion found) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("promoted", found.getPromoted());
      facts.put("candidate", found.getCandidate());
      facts.put("validation", found.getValidation());
      facts.put("questions", found.getQuestions());
      facts.put("before", found.getBefore());
      facts.put("after", found.getAfter());
      facts.put("low", found.getLow());
      facts.put("high", found.getHigh());
      facts.put("margin", found.getMargin());
      return facts;
    }

    private static Map<String, Object> scoreFacts(Evaluation evaluation) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("benchmark", evaluation.getBenchmark());
      facts.put("n", evaluation.getN());
      facts.put("correct", evaluation.getCorrect());
      facts.put("accuracy", evaluation.getAccuracy());
      facts.put("low", evaluation.getLow());
      facts.put("high", evaluation.getHigh());
      return facts;
    }
  }

  /** Two of them. */
  @Command(
      name = "diff",
      mixinStandardHelpOptions = true,
      description = "Print the paired difference of two policies on the benchmark.",
      footer = {"", "Example: ./orcaflow policy diff M2 M7"})
  static final class Difference implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;

    @Parameters(index = "0", paramLabel = "A", description = "A policy, by name or version.")
    private String first;

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    private String second;

    @Override
    public Integer call() throws Exception {
      PolicyLog log;
      try (RunLocation.Reached reached = selection.reach()) {
        log = PolicyLog.of(reached.cluster());
      }
      Optional<PairedScores> scores = log.paired(policy(log, first), policy(log, second));
      if (scores.isEmpty()) {
        throw new Failure.BadInput(
            "%s and %s have no evaluations on the same questions".formatted(first, second));
      }
      output.block(scores.get(), scores.get().text().stripTrailing());
      return 0;
    }
  }

  /** A policy by its name. */
  @Command(
      name = "promote",
      mixinStandardHelpOptions = true,
      description = {
        "Serve an earlier policy again, while 'up' runs.",
        "Its weights become the newest policy: samplers switch to it, and the next iteration begins"
            + " with it."
      },
      footer = {"", "Example: ./orcaflow policy promote M6 --because 'M7 answers without steps'"})
  static final class Promote implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;
    @Mixin private PolicyRequestOptions request;

    @Parameters(paramLabel = "POLICY", description = "A policy, by name or version.")
    private String name;

    @Override
    public Integer call() throws Exception {
      return request.make(
          selection.cluster(), PolicyAction.PROMOTE, log -> policy(log, name), output);
    }
  }

  /** The one before. */
  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      description = {
        "Serve the policy again that came before the newest one, while 'up' runs.",
        "It is the newest one with other weights: an iteration that was dropped changed nothing."
      },
      footer = {"", "Example: ./orcaflow policy rollback"})
  static final class Rollback implements Callable<Integer> {

    @Mixin private RunSelection selection;
    @Mixin private Output output;
    @Mixin private PolicyRequestOptions request;

    @Override
    public Integer call() throws Exception {
      return request.make(selection.cluster(), PolicyAction.ROLLBACK, Rollback::before, output);
    }

    private static Policy before(PolicyLog log) throws Failure.BadInput {
      return log.beforeNewest()
          .orElseThrow(
              () -> new Failure.BadInput("there is no policy with other weights to go back to"));
    }
  }

  private static Policy policy(PolicyLog log, String name) throws Failure.BadInput {
    return log.named(name)
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "there is no policy '%s': 'policy ls' has the names".formatted(name)));
  }
}
