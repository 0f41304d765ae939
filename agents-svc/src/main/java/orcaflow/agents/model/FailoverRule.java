package orcaflow.agents.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.agents.model.ModelFailure.RateLimited;
import orcaflow.agents.model.ModelFailure.Unavailable;
import orcaflow.agents.model.ModelFailure.Unavailable.Remedy;
import orcaflow.schemas.Ids;

/** Decides which of several endpoints a request goes to, and when the next one is asked. */
final class FailoverRule {

  private FailoverRule() {}

  /**
   * The order in which a request asks the endpoints. It depends on the request and the names alone,
   * and each endpoint comes first for its share of the requests (weighted rendezvous hashing). An
   * endpoint that is added or removed moves only its own share.
   *
   * @param names names of the endpoints
   * @param weights their weights, each above 0
   * @return their indexes
   */
  static List<Integer> order(String request, List<String> names, List<Double> weights) {
    return IntStream.range(0, names.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                i -> -Math.log1p(-Ids.fraction(request, names.get(i))) / weights.get(i)))
        .toList();
  }

  /**
   * Whether another endpoint may answer what this one did not. A refusal, a reply that is too long
   * and a request that is given up are answers. A spent budget of our own is spent everywhere, and
   * an answer that cannot be stored may be paid for.
   */
  static boolean passesOn(Throwable failure) {
    return failure instanceof RateLimited
        || failure instanceof Unavailable away
            && away.remedy() != Remedy.BUDGET
            && away.remedy() != Remedy.STORE;
  }

  /**
   * Whether the endpoint is out: it has answered nobody since it failed. One that answers others is
   * asked by the next request.
   */
  static boolean out(Throwable failure, Optional<Waiting> waiting) {
    return passesOn(failure) && waiting.isPresent();
  }
}
