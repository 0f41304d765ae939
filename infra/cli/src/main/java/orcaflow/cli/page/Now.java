package orcaflow.cli.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import orcaflow.cli.change.ChangeLog;
import orcaflow.cli.run.Iterations;
import orcaflow.cli.run.Part;
import orcaflow.cli.run.Position;
import orcaflow.cli.run.RunSnapshot;
import orcaflow.cli.run.RunSnapshot.Work;
import orcaflow.cli.run.Standstill;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.TrainingStep;

/**
 * What a run does now.
 *
 * @param sentence what runs, what it waits for, and the last score
 * @param running whether services of the run may be running
 * @param position where the run is in its recipe
 * @param bottleneck the part whose waiting inputs take longest, if inputs wait
 * @param stages in the order of the flow
 * @param attention what a person should know: what stands, what the counts lack
 * @param changes what people asked for, the newest first
 * @param reading which share of what was there at the start is counted, 0 to 1; nothing when all is
 */
public record Now(
    String run,
    String recipe,
    boolean running,
    Position position,
    String time,
    String sentence,
    Optional<String> bottleneck,
    List<Stage> stages,
    List<String> attention,
    List<ChangeLog.Entry> changes,
    OptionalDouble reading) {

  /**
   * A part of the run.
   *
   * @param done inputs that it is done with
   * @param waiting inputs that came and are not done
   * @param perSecond inputs done a second, of late
   * @param secondsLeft for the waiting ones at that rate
   */
  public record Stage(
      String name, long done, long waiting, double perSecond, OptionalDouble secondsLeft) {}

  /**
   * What a run is called.
   *
   * @param running whether services of the run may be running
   * @param asOf of which time it is shown; empty for now
   */
  record Title(String run, String recipe, boolean running, Optional<Instant> asOf) {

    /** Whether it may be working at the time that is shown, which is now. */
    boolean works() {
      return running && asOf.isEmpty();
    }

    Instant time() {
      return asOf.orElseGet(Instant::now);
    }
  }

  static Now of(
      Title title,
      Position position,
      RunSnapshot snapshot,
      Map<Part, Double> perSecond,
      List<Standstill> standing,
      List<String> attention,
      List<ChangeLog.Entry> changes,
      OptionalDouble reading,
      Instant time) {
    List<Stage> stages = new ArrayList<>();
    snapshot
        .work()
        .forEach((part, work) -> stages.add(stage(part, work, perSecond.getOrDefault(part, 0.0))));
    List<String> all = new ArrayList<>();
    standing.forEach(each -> all.add(each.toString()));
    all.addAll(attention);
    Optional<Stage> slowest = slowest(stages).filter(stage -> title.works());
    return new Now(
        title.run(),
        title.recipe(),
        title.works(),
        position,
        time.toString(),
        sentence(title, snapshot, slowest),
        slowest.map(Stage::name),
        stages,
        all,
        changes,
        reading);
  }

  private static Stage stage(Part part, Work work, double perSecond) {
    OptionalDouble left =
        work.waiting() > 0 && perSecond > 0
            ? OptionalDouble.of(work.waiting() / perSecond)
            : OptionalDouble.empty();
    return new Stage(
        part.name().toLowerCase(Locale.ROOT), work.done(), work.waiting(), perSecond, left);
  }

  /** The one that has longest to work; a part that stands would never be done. */
  private static Optional<Stage> slowest(List<Stage> stages) {
    return stages.stream()
        .filter(stage -> stage.waiting() > 0)
        .max(Comparator.comparingDouble(stage -> stage.secondsLeft().orElse(Double.MAX_VALUE)));
  }

  private static String sentence(Title title, RunSnapshot run, Optional<Stage> slowest) {
    boolean shown = title.running() || title.asOf().isPresent();
    StringBuilder sentence = new StringBuilder(shown ? doing(run) : "Nothing runs");
    slowest.ifPresent(stage -> sentence.append("; ").append(waiting(stage)));
    newest(run).ifPresent(policy -> sentence.append("; ").append(score(run, policy)));
    return sentence.append('.').toString();
  }

  private static String doing(RunSnapshot run) {
    return run.iterations().values().stream()
        .filter(iteration -> run.policy(iteration.getNumber()).isEmpty())
        .min(Comparator.comparingInt(Iteration::getNumber))
        .map(iteration -> training(run, iteration))
        .orElse(run.iterations().isEmpty() ? "Problems are made" : "No iteration is open");
  }

  private static String training(RunSnapshot run, Iteration iteration) {
    return run.lastStep()
        .filter(step -> step.getIteration().equals(iteration.getName()))
        .map(Now::step)
        .orElse(
            "%s (%s) is open, and its data are read"
                .formatted(iteration.getName(), iteration.getAlgorithm()));
  }

  private static String step(TrainingStep step) {
    return "%s (%s) is trained, step %d of %d, %s"
        .formatted(
            step.getIteration(),
            step.getAlgorithm(),
            step.getStep(),
            step.getSteps(),
            Iterations.numbers(step));
  }

  private static String waiting(Stage stage) {
    return stage.secondsLeft().isPresent()
        ? String.format(
            Locale.ROOT,
            "%,d inputs wait for %s, about %s at %.1f a second",
            stage.waiting(),
            stage.name(),
            shown(Duration.ofSeconds((long) stage.secondsLeft().getAsDouble())),
            stage.perSecond())
        : String.format(Locale.ROOT, "%,d inputs wait for %s", stage.waiting(), stage.name());
  }

  /** A time in a word or two. */
  public static String shown(Duration time) {
    return time.toMinutes() < 2 ? time.toSeconds() + " s" : time.toMinutes() + " min";
  }

  private static Optional<Policy> newest(RunSnapshot run) {
    return run.policies().isEmpty()
        ? Optional.empty()
        : Optional.of(run.policies().get(run.policies().lastKey()));
  }

  private static String score(RunSnapshot run, Policy policy) {
    return run.evaluation(policy.getVersion(), "greedy")
        .map(
            greedy ->
                String.format(
                    Locale.ROOT,
                    "the newest policy is %s, pass@1 %.3f [%.3f, %.3f] greedy",
                    policy.getName(),
                    greedy.getAccuracy(),
                    greedy.getLow(),
                    greedy.getHigh()))
        .orElse("the newest policy is %s, not evaluated yet".formatted(policy.getName()));
  }
}
