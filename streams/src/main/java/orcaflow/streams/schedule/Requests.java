package orcaflow.streams.schedule;

import java.util.List;
import java.util.stream.IntStream;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.Recipe;
import orcaflow.schemas.recipe.RolloutShare;

/**
 * Which problem gets rollouts for which iteration, and what is requested of the student. Policy i,
 * the result of iteration i (0 is the base), opens iteration i + 1, if that one learns from
 * rollouts.
 *
 * @param recipe the iterations, and how rollouts are sampled
 */
public record Requests(Recipe recipe) {

  /** Bits of a request's seed: as many as a double holds exactly. */
  private static final int SEED_BITS = 53;

  /** Iterations for which the problem is due, from 1, in order. */
  public List<Integer> iterationsOf(String problemId) {
    return IntStream.rangeClosed(1, recipe.iterations().size())
        .filter(iteration -> isDue(problemId, iteration))
        .boxed()
        .toList();
  }

  /** The iteration a policy opens, whether or not the recipe has it. */
  public static int openedBy(Policy policy) {
    return policy.getIteration() + 1;
  }

  /** Whether {@code policy} replaces {@code current} as the newest. */
  public static boolean isNewer(Policy policy, Policy current) {
    return policy.getIteration() > current.getIteration()
        || policy.getIteration() == current.getIteration() && policy.getStep() >= current.getStep();
  }

  /** The request, a function of recipe, problem and policy. */
  public RolloutRequest request(Problem problem, Policy policy) {
    int iteration = openedBy(policy);
    Recipe.Sampling sampling = recipe.rollouts();
    return RolloutRequest.newBuilder()
        .setId(Ids.request(problem.getId(), iteration))
        .setProblemId(problem.getId())
        .setQuestion(problem.getQuestion())
        .setIteration(iteration)
        .setPolicyVersion(policy.getVersion())
        .setSamples(sampling.samples())
        .setTemperature(sampling.temperature())
        .setTopP(sampling.topP())
        .setMaxTokens(sampling.maxTokens())
        .setSeed(seed(problem.getId(), iteration))
        .setLineage(problem.getLineage())
        .build();
  }

  private boolean isDue(String problemId, int iteration) {
    return recipe
        .iterations()
        .get(iteration - 1)
        .share()
        .map(share -> new RolloutShare(share).is(problemId, iteration))
        .orElse(false);
  }

  private long seed(String problemId, int iteration) {
    String hash =
        Ids.hash(
            "rollout-seed", Long.toString(recipe.seed()), problemId, Integer.toString(iteration));
    return Long.parseUnsignedLong(hash.substring(0, 16), 16) >>> (Long.SIZE - SEED_BITS);
  }
}
