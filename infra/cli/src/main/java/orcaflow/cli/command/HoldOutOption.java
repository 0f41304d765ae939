package orcaflow.cli.command;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import orcaflow.agents.seed.SeedProblem;
import orcaflow.cli.heldout.BenchmarkFile;
import orcaflow.cli.heldout.HoldOut;
import orcaflow.cli.run.RunPlan;
import picocli.CommandLine.Option;

/** A benchmark that is held out of the seeds. */
final class HoldOutOption {

  @Option(
      names = "--hold-out",
      paramLabel = "SHARE",
      description =
          "Share of the seeds that is the benchmark and is not learnt from, by whole families of"
              + " near-duplicates; 0 for the shipped benchmark (default: 0.1 and at most 1000 with"
              + " --seeds and without --benchmark).")
  private Optional<Double> share = Optional.empty();

  /** Whether a share is given. */
  boolean given() {
    return share.isPresent();
  }

  /**
   * The plan with what is held out of its seeds.
   *
   * @param ownSeeds whether the seeds are the user's
   * @param benchmark whether a benchmark is given
   */
  RunPlan of(RunPlan plan, boolean ownSeeds, boolean benchmark, Consumer<String> say)
      throws Failure.BadInput, IOException {
    if (share.isPresent() && benchmark) {
      throw new Failure.BadInput("--hold-out and --benchmark: give one of them");
    }
    if (share.isPresent() && !(share.get() >= 0 && share.get() < 1)) {
      throw new Failure.BadInput(
          "--hold-out is %s: give 0 or more, and less than 1".formatted(share.get()));
    }
    boolean wanted = share.map(some -> some > 0).orElse(ownSeeds && !benchmark);
    return wanted ? holdingOut(plan, say) : plan;
  }

  private RunPlan holdingOut(RunPlan plan, Consumer<String> say)
      throws Failure.BadInput, IOException {
    List<SeedProblem> seeds = SeedProblem.of(plan.seeds());
    HoldOut held = share.isPresent() ? HoldOut.share(seeds, share.get()) : HoldOut.usual(seeds);
    String name = plan.seeds().path().getFileName().toString();
    if (held.questions().isEmpty()) {
      if (share.isPresent()) {
        throw new Failure.BadInput(
            "--hold-out %s: nothing of %s can be held out: its %,d problems have no answers, or are"
                    .formatted(share.get(), name, seeds.size())
                + " one family, or are too few");
      }
      say.accept(
          "ATTENTION: nothing of %s can be held out, so the benchmark is %s"
              .formatted(name, plan.benchmark().getFileName()));
      return plan;
    }
    say.accept(
        "the benchmark is held out of the seeds: %,d questions of %s, and nothing like them is"
                .formatted(held.questions().size(), name)
            + " learnt from; --benchmark F names another");
    return plan.holdingOut(
        BenchmarkFile.write(
            held.questions(),
            plan.dir().resolve("held-out-of-" + BenchmarkFile.stem(name) + ".jsonl")),
        held.problems());
  }
}
