package orcaflow.trainer.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import orcaflow.events.Policy;
import orcaflow.events.Promotion;
import orcaflow.schemas.Ids;
import orcaflow.trainer.model.StudentFolder;

/** The policies of a run by iteration, and the students they are. */
final class Policies {

  private static final String BASE = "base";

  private final TreeMap<Integer, Policy> byIteration = new TreeMap<>();

  void add(Policy policy) {
    byIteration.putIfAbsent(policy.getIteration(), policy);
  }

  Optional<Policy> of(int iteration) {
    return Optional.ofNullable(byIteration.get(iteration));
  }

  /** The policy of that version. */
  Optional<Policy> of(String version) {
    return byIteration.values().stream()
        .filter(policy -> policy.getVersion().equals(version))
        .findFirst();
  }

  /** The policy before an iteration. */
  Optional<Policy> before(int iteration) {
    return Optional.ofNullable(byIteration.lowerEntry(iteration)).map(e -> e.getValue());
  }

  /**
   * The policy that new weights have to match: of those before an iteration the one with the
   * highest pass@1 on the gate's questions, of equals the newest; the policy before where none was
   * measured. What came before a policy that somebody asked for does not count.
   *
   * @param validation the questions, as {@link Promotion#getValidation} names them
   */
  Optional<Policy> best(int iteration, String validation) {
    Optional<Policy> best = before(iteration);
    double most = -1;
    Optional<Policy> previous = Optional.empty();
    for (Policy policy : byIteration.headMap(iteration, false).values()) {
      Promotion found = policy.getPromotion();
      if (policy.getRequest() != null) {
        most = -1;
        best = Optional.of(policy);
      } else if (found != null && found.getValidation().equals(validation)) {
        if (most < 0 && previous.isPresent()) {
          most = found.getBefore();
          best = previous;
        }
        if (found.getPromoted() && found.getAfter() >= most) {
          most = found.getAfter();
          best = Optional.of(policy);
        }
      }
      previous = Optional.of(policy);
    }
    return best;
  }

  /** The one in service. */
  Optional<Policy> newest() {
    return Optional.ofNullable(byIteration.lastEntry()).map(Map.Entry::getValue);
  }

  /** Whether the run has none yet. */
  boolean isEmpty() {
    return byIteration.isEmpty();
  }

  /**
   * The policy that a reference called {@code base} means: what came before the first iteration on
   * rollouts.
   *
   * @param firstFromRollouts whether that is the run's first iteration
   */
  Optional<Policy> base(boolean firstFromRollouts) {
    return firstFromRollouts ? of(0).or(() -> of(1)) : of(1);
  }

  /**
   * How many policies were made after that version, up to the one before an iteration; none if the
   * version is not of this run or was made later.
   */
  OptionalInt lag(String version, int iteration) {
    NavigableMap<Integer, Policy> until = byIteration.headMap(iteration, false);
    return until.values().stream()
        .filter(policy -> policy.getVersion().equals(version))
        .mapToInt(policy -> until.tailMap(policy.getIteration(), false).size())
        .findFirst();
  }

  /**
   * Whether a row's policy lags at most that many policies behind the one that an iteration starts
   * from. A row that no policy of the run wrote has no age and passes.
   *
   * @param most policies; none for any number
   */
  Predicate<Optional<String>> notOlder(Optional<Integer> most, int iteration) {
    return policy ->
        most.isEmpty() || DataAge.of(policy, version -> lag(version, iteration)) <= most.get();
  }

  /**
   * The policy that a run begins with: an existing model, in its folder.
   *
   * @throws IllegalArgumentException in one sentence, if the folder holds no student
   */
  static Policy base(String run, Path folder) {
    Path home = folder.toAbsolutePath().normalize();
    String hash = StudentFolder.load(home).weights().hash();
    return Policy.newBuilder()
        .setVersion(Ids.policy(run, BASE, 0, hash))
        .setIteration(0)
        .setName(BASE)
        .setAlgorithm("given")
        .setStep(0)
        .setExamples(0)
        .setSeconds(0)
        .setWeightsHash(hash)
        .setLocation(home.toString())
        .setNote("the model the run began with")
        .setTime(Instant.now())
        .build();
  }

  /**
   * Loads the student of a policy.
   *
   * @throws IllegalStateException if the folder is gone or holds other weights
   */
  static StudentFolder student(Policy policy) {
    Path folder = Path.of(policy.getLocation());
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "policy %s was left in %s, which is not there any more"
              .formatted(policy.getVersion(), folder));
    }
    StudentFolder student = StudentFolder.load(folder);
    if (!student.weights().hash().equals(policy.getWeightsHash())) {
      throw new IllegalStateException(
          "%s does not hold the weights of policy %s".formatted(folder, policy.getVersion()));
    }
    return student;
  }
}
