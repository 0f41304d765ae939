package orcaflow.trainer.train;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orcaflow.events.Iteration;
import orcaflow.events.Policy;
import orcaflow.events.PolicyRequest;
import orcaflow.events.PolicyRequestStatus;
import orcaflow.schemas.Ids;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.RecipeFile;
import orcaflow.trainer.log.IdempotentWriter;
import orcaflow.trainer.log.KafkaAccess;
import orcaflow.trainer.log.TopicFollower;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves earlier policies again when somebody asks for it ({@code policy promote}, {@code policy
 * rollback}). Such a policy takes the number and the name of the iteration that would be next, and
 * has the weights of the earlier one. So whatever follows policies follows it: samplers switch to
 * it, and the next iteration begins with it.
 *
 * <p>The iteration, the policy and the answer are committed together. A request without an answer
 * is taken up after a kill.
 */
final class PolicyRequests implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PolicyRequests.class);

  private final String run;
  private final RecipeFile recipe;
  private final Policies policies;
  private final PolicyPublisher publisher;
  private final TopicFollower<PolicyRequest> follower;
  private final Map<String, PolicyRequest> unanswered = new LinkedHashMap<>();

  PolicyRequests(
      KafkaAccess kafka,
      String reader,
      RecipeFile recipe,
      Policies policies,
      PolicyPublisher publisher) {
    this.run = kafka.run();
    this.recipe = recipe;
    this.policies = policies;
    this.publisher = publisher;
    this.follower = new TopicFollower<>(kafka, reader, Topics.POLICY_REQUESTS);
    follower.pollToEnd().forEach(this::note);
  }

  private void note(PolicyRequest event) {
    if (event.getStatus() == PolicyRequestStatus.ASKED) {
      unanswered.putIfAbsent(event.getRequest(), event);
    } else {
      unanswered.remove(event.getRequest());
    }
  }

  /**
   * Answers what was asked for. Called between iterations.
   *
   * @param number of the iteration that would be next
   * @return the iteration that was used up, if a policy was made
   */
  Optional<Iteration> answerNext(int number, IdempotentWriter writer) {
    follower.poll(Duration.ZERO).forEach(this::note);
    Optional<PolicyRequest> next = unanswered.values().stream().findFirst();
    Optional<Iteration> used = Optional.empty();
    if (next.isPresent()) {
      PolicyRequest request = next.get();
      unanswered.remove(request.getRequest());
      try {
        used = Optional.of(serveAgain(request, number, writer));
      } catch (Refusal refusal) {
        LOG.warn("{}: {}", verb(request), refusal.getMessage());
        answer(
            request, PolicyRequestStatus.REFUSED, refusal.getMessage(), Optional.empty(), writer);
        writer.flush();
      }
    }
    return used;
  }

  /** Why a request cannot be served, in one sentence. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  private Iteration serveAgain(PolicyRequest request, int number, IdempotentWriter writer)
      throws Refusal {
    Policy earlier = earlier(request);
    if (recipe.recipe().continuous().isEmpty() || number <= recipe.recipe().iterations().size()) {
      throw new Refusal(
          ("iteration %d is one of the recipe's own; a policy can be served again once those are"
                  + " trained, and only under a recipe with a part 'continuous'")
              .formatted(number));
    }
    String name = recipe.recipe().iteration(number).orElseThrow().name();
    Iteration iteration =
        IterationOpener.iteration(run, recipe.id(), number, name, verb(request), List.of());
    Policy policy = policy(iteration, earlier, request);
    String note = "%s serves %s again".formatted(name, earlier.getVersion());
    writer.append(Topics.ITERATIONS, iteration);
    answer(request, PolicyRequestStatus.DONE, note, Optional.of(policy.getVersion()), writer);
    publisher.publish(policy, writer);
    LOG.info("{}: {}", verb(request), note);
    return iteration;
  }

  private Policy earlier(PolicyRequest request) throws Refusal {
    Policy earlier =
        policies
            .of(request.getPolicyVersion())
            .orElseThrow(
                () -> new Refusal("there is no policy '%s'".formatted(request.getPolicyVersion())));
    Policy newest = policies.newest().orElseThrow();
    if (newest.getWeightsHash().equals(earlier.getWeightsHash())) {
      throw new Refusal(
          "%s is served already, as %s".formatted(earlier.getVersion(), newest.getVersion()));
    }
    try {
      Policies.student(earlier);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Refusal(e.getMessage());
    }
    return earlier;
  }

  private Policy policy(Iteration iteration, Policy earlier, PolicyRequest request) {
    return Policy.newBuilder()
        .setVersion(Ids.policy(run, iteration.getName(), 0, earlier.getWeightsHash()))
        .setIteration(iteration.getNumber())
        .setName(iteration.getName())
        .setAlgorithm(verb(request))
        .setStep(0)
        .setExamples(0)
        .setSeconds(0)
        .setParent(earlier.getVersion())
        .setWeightsHash(earlier.getWeightsHash())
        .setLocation(earlier.getLocation())
        .setNote(
            "%s again%s"
                .formatted(
                    earlier.getVersion(),
                    Optional.ofNullable(request.getNote()).map(note -> ": " + note).orElse("")))
        .setRequest(request.getRequest())
        .setTime(Instant.now())
        .build();
  }

  private static String verb(PolicyRequest request) {
    return request.getAction().name().toLowerCase(Locale.ROOT);
  }

  private static void answer(
      PolicyRequest request,
      PolicyRequestStatus status,
      String note,
      Optional<String> result,
      IdempotentWriter writer) {
    writer.append(
        Topics.POLICY_REQUESTS,
        PolicyRequest.newBuilder()
            .setId(Ids.policyRequest(request.getRequest(), status))
            .setRequest(request.getRequest())
            .setAction(request.getAction())
            .setPolicyVersion(request.getPolicyVersion())
            .setStatus(status)
            .setNote(note)
            .setResult(result.orElse(null))
            .setTime(Instant.now())
            .build());
  }

  @Override
  public void close() {
    follower.close();
  }
}
