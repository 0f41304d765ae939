package orcaflow.cli.replay;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.events.Policy;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.trainer.model.StudentFolder;

/**
 * Where the training of a replay starts.
 *
 * @param iteration number of the iteration that is done, 0 for none
 * @param policies those of the iterations until then, the last one being where it starts
 */
record StartingPolicy(int iteration, List<Policy> policies) {

  /**
   * Finds the checkpoint.
   *
   * @param there policies of the first run
   * @throws BadReplay if there is no such policy, or the recipe has nothing to train behind it
   */
  static StartingPolicy of(String wanted, List<Policy> there, Recipe recipe) throws BadReplay {
    StartingPolicy start = find(wanted, there, recipe);
    if (start.iteration >= recipe.iterations().size()) {
      throw new BadReplay(
          "--from-policy %s ends iteration %d, and recipe '%s' has no iteration behind it"
              .formatted(wanted, start.iteration, recipe.name()));
    }
    for (Policy policy : start.policies) {
      if (!Files.isDirectory(Path.of(policy.getLocation()))) {
        throw new BadReplay(
            "policy %s was left in %s, which is not there any more"
                .formatted(policy.getVersion(), policy.getLocation()));
      }
    }
    return start;
  }

  private static StartingPolicy find(String wanted, List<Policy> there, Recipe recipe)
      throws BadReplay {
    if (wanted.equals(ReplayPlan.FRESH)) {
      return new StartingPolicy(0, List.of());
    }
    Optional<Policy> named =
        there.stream()
            .filter(p -> p.getName().equals(wanted) || p.getVersion().equals(wanted))
            .findFirst();
    if (named.isPresent()) {
      int number = named.get().getIteration();
      return new StartingPolicy(
          number,
          there.stream()
              .filter(p -> p.getIteration() <= number)
              .sorted(Comparator.comparing(Policy::getIteration))
              .toList());
    }
    Optional<Path> folder = folder(wanted);
    if (folder.isEmpty()) {
      throw new BadReplay(
          "--from-policy %s is neither a policy of the run (%s), nor a folder, nor '%s'"
              .formatted(
                  wanted,
                  String.join(", ", there.stream().map(Policy::getName).toList()),
                  ReplayPlan.FRESH));
    }
    int number = beforeRollouts(recipe);
    return new StartingPolicy(number, List.of(given(folder.get(), number)));
  }

  private static Optional<Path> folder(String wanted) {
    try {
      return Optional.of(Path.of(wanted).toAbsolutePath().normalize()).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** A folder takes the place of what came before the recipe's first iteration on rollouts. */
  private static int beforeRollouts(Recipe recipe) {
    List<IterationSpec> steps = recipe.iterations();
    return IntStream.range(0, steps.size())
        .filter(i -> steps.get(i).fromRollouts())
        .findFirst()
        .orElse(0);
  }

  private static Policy given(Path folder, int number) {
    return Policy.newBuilder()
        .setVersion(folder.getFileName().toString())
        .setIteration(number)
        .setName(number == 0 ? "base" : "given")
        .setAlgorithm("given")
        .setStep(0)
        .setExamples(0)
        .setSeconds(0)
        .setWeightsHash(StudentFolder.load(folder).weights().hash())
        .setLocation(folder.toString())
        .setTime(Instant.now())
        .build();
  }
}
