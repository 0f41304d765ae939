package orcaflow.trainer.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import orcaflow.events.Policy;
import orcaflow.trainer.student.StudentFolder;

/** The policies of a run by iteration, and the students they are. */
final class Policies {

  private final TreeMap<Integer, Policy> byIteration = new TreeMap<>();

  void add(Policy policy) {
    byIteration.putIfAbsent(policy.getIteration(), policy);
  }

  Optional<Policy> of(int iteration) {
    return Optional.ofNullable(byIteration.get(iteration));
  }

  /** The policy before an iteration. */
  Optional<Policy> before(int iteration) {
    return Optional.ofNullable(byIteration.lowerEntry(iteration)).map(e -> e.getValue());
  }

  /**
   * How many policies were made after that version, up to the one before an iteration; none if the
   * version is not of this run or was made later.
   */
  OptionalInt age(String version, int iteration) {
    NavigableMap<Integer, Policy> until = byIteration.headMap(iteration, false);
    return until.values().stream()
        .filter(policy -> policy.getVersion().equals(version))
        .mapToInt(policy -> until.tailMap(policy.getIteration(), false).size())
        .findFirst();
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
