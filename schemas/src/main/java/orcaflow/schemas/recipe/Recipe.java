package orcaflow.schemas.recipe;

import static orcaflow.schemas.ConfigFile.require;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orcaflow.schemas.Ids;

/**
 * What a run is to do: how problems are expanded, who the student is, and the iterations of
 * training. {@code orca-math} is SFT, then KTO twice (Orca-Math, section 3).
 *
 * @param name name of the recipe
 * @param seed seed of everything random
 * @param expansion what the agents make of the seeds
 * @param student who it begins with: a fresh one, or a model that is there
 * @param rollouts how the student is sampled for training data
 * @param evaluation how it is evaluated beside greedy decoding
 * @param labelling which completions count as desirable: a shipped labelling, or one from a file
 * @param iterations in order
 * @param continuous what is trained after them, again and again without an end, each time from the
 *     policy before; its name is what the names begin with, as M in M4, M5. None for a recipe that
 *     ends
 * @param gate which weights become a policy, where the trainer opens iterations; none for all
 */
public record Recipe(
    String name,
    long seed,
    ExpansionRule expansion,
    StudentSpec student,
    Sampling rollouts,
    Sampling evaluation,
    LabellingSource labelling,
    List<IterationSpec> iterations,
    Optional<IterationSpec> continuous,
    Optional<GateSpec> gate) {

  public Recipe {
    require(
        name != null && name.matches("[a-z0-9-]{1,40}"), "name", name, "1 to 40 of a-z, 0-9, '-'");
    require(expansion != null, "expansion", null, "askShare and rounds");
    require(
        student != null, "student", null, "the shape of a fresh student, or the folder of a model");
    require(rollouts != null, "rollouts", null, "how rollouts are sampled");
    require(evaluation != null, "evaluation", null, "how evaluation samples");
    require(labelling != null, "labelling", null, "a shipped labelling or a YAML file");
    require(iterations != null && !iterations.isEmpty(), "iterations", null, "at least one");
    iterations = List.copyOf(iterations);
    Set<String> names = new HashSet<>();
    for (IterationSpec iteration : iterations) {
      String used = iteration.name();
      require(names.add(used), "iterations.name", used, "a name used once");
    }
    iterations.forEach(iteration -> checkCanOpen(iteration, rollouts.samples()));
    continuous.ifPresent(iteration -> checkCanOpen(iteration, rollouts.samples()));
    int last = iterations.size();
    continuous.ifPresent(
        repeated -> {
          boolean opens = repeated.rows().isPresent();
          require(opens, "continuous.rows", null, "the number of new rows that open an iteration");
          for (String used : names) {
            boolean free = !isNumbered(used, repeated.name(), last);
            require(free, "iterations.name", used, "a name that no continuous iteration gets");
          }
        });
  }

  /** An iteration that waits for more rows than its problems give would wait for ever. */
  private static void checkCanOpen(IterationSpec iteration, int samples) {
    long rows = iteration.rows().orElse(0L);
    iteration
        .problems()
        .ifPresent(
            problems ->
                require(
                    rows <= (long) problems * samples,
                    "problems",
                    problems,
                    "enough for the %d rows that open %s, at %d samples a problem"
                        .formatted(rows, iteration.name(), samples)));
  }

  /** Whether the name is the prefix with a number after that one. */
  private static boolean isNumbered(String name, String prefix, int last) {
    String number = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
    return number.matches("[1-9][0-9]{0,8}") && Integer.parseInt(number) > last;
  }

  /** The iteration of that number, from 1; none behind the end of a recipe that has one. */
  public Optional<IterationSpec> iteration(int number) {
    if (number < 1) {
      return Optional.empty();
    }
    return number <= iterations.size()
        ? Optional.of(iterations.get(number - 1))
        : continuous.map(repeated -> repeated.named(repeated.name() + number));
  }

  /**
   * Whether an iteration also learns from rollouts that came too late for those before it. In a
   * recipe without an end each one on rollouts does, so that nothing is left behind.
   */
  public boolean takesLateRollouts(int number) {
    return continuous.isPresent()
        && iteration(number).filter(IterationSpec::fromRollouts).isPresent();
  }

  /** The same with another labelling. */
  public Recipe labelled(LabellingSource labelling) {
    return new Recipe(
        name,
        seed,
        expansion,
        student,
        rollouts,
        evaluation,
        labelling,
        iterations,
        continuous,
        gate);
  }

  /** The same beginning with another student. */
  public Recipe beginningWith(StudentSpec other) {
    return new Recipe(
        name,
        seed,
        expansion,
        other,
        rollouts,
        evaluation,
        labelling,
        iterations,
        continuous,
        gate);
  }

  /** The same with another expansion. */
  public Recipe expanding(ExpansionRule other) {
    return new Recipe(
        name, seed, other, student, rollouts, evaluation, labelling, iterations, continuous, gate);
  }

  /** The same with other iterations, and an end. */
  public Recipe iterating(List<IterationSpec> others) {
    return new Recipe(
        name,
        seed,
        expansion,
        student,
        rollouts,
        evaluation,
        labelling,
        others,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with an end: only what is in {@code iterations}, without a gate. */
  public Recipe ending() {
    return iterating(iterations);
  }

  /** The same as read from a file: the student's folder, if relative, is one beside that file. */
  public Recipe readFrom(Path file) {
    return student instanceof StudentSpec.Folder given
        ? beginningWith(
            new StudentSpec.Folder(
                file.toAbsolutePath().resolveSibling(given.path()).normalize().toString()))
        : this;
  }

  /** {@code name@hash}, the identity of a recipe in events. */
  public String id(String text) {
    return Ids.named(name, Ids.contentHash(text));
  }

  /**
   * How the student is sampled.
   *
   * @param samples completions per question
   * @param temperature 0 is greedy
   * @param topP nucleus mass, in (0, 1]
   * @param maxTokens longest completion
   */
  public record Sampling(int samples, double temperature, double topP, int maxTokens) {
    public Sampling {
      require(samples >= 1 && samples <= 64, "samples", samples, "1 to 64");
      require(temperature >= 0, "temperature", temperature, "0 or more");
      require(topP > 0 && topP <= 1, "topP", topP, "a number in (0, 1]");
      require(maxTokens >= 1, "maxTokens", maxTokens, "1 or more");
    }
  }
}
