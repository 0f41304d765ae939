package orcaflow.schemas.recipe;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The algorithms that a recipe may name. */
final class Algorithms {

  private static final List<Algorithm> FOUND =
      ServiceLoader.load(Algorithm.class, Algorithm.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private Algorithms() {}

  /** An algorithm on the class path. */
  static Optional<Algorithm> found(String word) {
    return FOUND.stream().filter(algorithm -> algorithm.algorithm().equals(word)).findFirst();
  }

  /** The words of all: sft, kto, dpo, gspo, then those on the class path. */
  static List<String> words() {
    return Stream.concat(
            Stream.of(ObjectiveSpec.SFT, ObjectiveSpec.KTO, ObjectiveSpec.DPO, ObjectiveSpec.GSPO),
            FOUND.stream().map(Algorithm::algorithm))
        .toList();
  }
}
