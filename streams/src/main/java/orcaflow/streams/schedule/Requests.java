package orcaflow.streams.schedule;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.events.Lineage;
import orcaflow.events.Policy;
import orcaflow.events.Problem;
import orcaflow.events.RolloutRequest;
import orcaflow.events.SolveRate;
import orcaflow.schemas.Ids;
import orcaflow.schemas.recipe.IterationSpec;
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

  /**
   * The first iteration after that one for which the problem is due; empty if there is none. It is
   * found from the id alone: with a share of s it is 1 / s iterations away on average.
   */
  public OptionalInt next(String problemId, int after) {
    int last = endless() ? Integer.MAX_VALUE : recipe.iterations().size();
    return IntStream.range(after, last)
        .map(before -> before + 1)
        .filter(iteration -> isDue(problemId, iteration))
        .findFirst();
  }

  /** For how many iterations the problem is due; {@link Integer#MAX_VALUE} if there is no end. */
  public int dueIterations(String problemId) {
    return endless()
        ? Integer.MAX_VALUE
        : (int)
            IntStream.rangeClosed(1, recipe.iterations().size())
                .filter(iteration -> isDue(problemId, iteration))
                .count();
  }

  /** Whether the problem gets rollouts for the iteration. */
  public boolean isDue(String problemId, int iteration) {
    return recipe
        .iteration(iteration)
        .flatMap(IterationSpec::share)
        .map(share -> new RolloutShare(share).is(problemId, iteration))
        .orElse(false);
  }

  /**
   * Most requests of an iteration; none for as many as are due. Only where iterations repeat: a
   * recipe that ends samples every problem that is due, so that a run is the same each time.
   */
  public Optional<Integer> most(int iteration) {
    return recipe.continuous().isEmpty()
        ? Optional.empty()
        : recipe.iteration(iteration).flatMap(IterationSpec::problems);
  }

  /**
   * Most requests of an iteration for problems some of whose rollouts were right and some wrong the
   * last time; 0 where it has no most of requests.
   */
  public int mostMixed(int iteration) {
    return most(iteration)
        .map(most -> (int) (most * recipe.iteration(iteration).orElseThrow().mixed()))
        .orElse(0);
  }

  /** Whether any iteration samples such problems again. */
  public boolean wantsSolveRates() {
    return recipe.continuous().isPresent()
        && Stream.concat(recipe.iterations().stream(), recipe.continuous().stream())
            .anyMatch(iteration -> iteration.mixed() > 0);
  }

  /**
   * Whether only problems are sampled that a teacher has solved. A recipe that ends samples beside
   * the teacher, as all that is due has to be there in the end.
   */
  public boolean onlySolved() {
    return recipe.continuous().isPresent();
  }

  /** Whether iterations on rollouts repeat without an end. */
  private boolean endless() {
    return recipe.continuous().filter(IterationSpec::fromRollouts).isPresent();
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

  /**
   * The request, a function of recipe, problem and policy.
   *
   * @param reason why the problem is sampled
   */
  public RolloutRequest request(Problem problem, Policy policy, String reason) {
    return request(problem.getId(), problem.getQuestion(), problem.getLineage(), policy, reason);
  }

  /** The same for a problem that was sampled before. */
  public RolloutRequest again(SolveRate rate, Policy policy) {
    String reason =
        "%d of %d right in iteration %d"
            .formatted(rate.getRight(), rate.getSamples(), rate.getIteration());
    return request(rate.getProblemId(), rate.getQuestion(), rate.getLineage(), policy, reason);
  }

  private RolloutRequest request(
      String problemId, String question, Lineage lineage, Policy policy, String reason) {
    int iteration = openedBy(policy);
    Recipe.Sampling sampling = recipe.rollouts();
    return RolloutRequest.newBuilder()
        .setId(Ids.request(problemId, iteration))
        .setProblemId(problemId)
        .setQuestion(question)
        .setIteration(iteration)
        .setPolicyVersion(policy.getVersion())
        .setSamples(sampling.samples())
        .setTemperature(sampling.temperature())
        .setTopP(sampling.topP())
        .setMaxTokens(sampling.maxTokens())
        .setSeed(seed(problemId, iteration))
        .setLineage(lineage)
        .setReason(reason)
        .setNewer(recipe.continuous().isPresent())
        .build();
  }

  private long seed(String problemId, int iteration) {
    String hash =
        Ids.hash(
            "rollout-seed", Long.toString(recipe.seed()), problemId, Integer.toString(iteration));
    return Long.parseUnsignedLong(hash.substring(0, 16), 16) >>> (Long.SIZE - SEED_BITS);
  }
}
