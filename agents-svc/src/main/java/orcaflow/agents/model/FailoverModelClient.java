package orcaflow.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import orcaflow.agents.model.EndpointStanding.Admission;

/**
 * Several endpoints as one: a request goes to one of them by weight, and to the next one where that
 * one is out. Equal requests begin at the same endpoint. Where all are out, the request waits at
 * its first one.
 */
public final class FailoverModelClient implements ModelClient {

  private final List<Member> members;
  private final List<EndpointStanding> standings;
  private final List<String> names;
  private final List<Double> weights;
  private final Map<String, Future<ModelResponse>> inFlight = new ConcurrentHashMap<>();

  /**
   * One of the endpoints.
   *
   * @param weight its share of the requests, compared with those of the others
   * @param away how long it is passed by at least once it is out
   * @param waiting the wait for it, if it gives no answers at present
   */
  public record Member(
      String name,
      double weight,
      Duration away,
      ModelClient client,
      Supplier<Optional<Waiting>> waiting) {}

  public FailoverModelClient(List<Member> members) {
    this(members, InstantSource.system());
  }

  FailoverModelClient(List<Member> members, InstantSource clock) {
    this.members = List.copyOf(members);
    this.standings = members.stream().map(one -> new EndpointStanding(one.away(), clock)).toList();
    this.names = distinct(members);
    this.weights = members.stream().map(Member::weight).toList();
  }

  /** Two endpoints may have one address and two keys. */
  private static List<String> distinct(List<Member> members) {
    List<String> names = new ArrayList<>();
    members.forEach(
        one -> names.add(names.contains(one.name()) ? names.size() + one.name() : one.name()));
    return List.copyOf(names);
  }

  /** Equal requests share one call, wherever it ends. */
  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    String id = request.id();
    Promise<ModelResponse> answer = Promise.promise();
    Future<ModelResponse> earlier = inFlight.putIfAbsent(id, answer.future());
    if (earlier != null) {
      return earlier;
    }
    List<Integer> order = FailoverRule.order(id, names, weights);
    next(request, order, 0, Optional.empty())
        .onComplete(
            done -> {
              inFlight.remove(id);
              answer.handle(done);
            });
    return answer.future();
  }

  private Future<ModelResponse> next(
      ModelRequest request, List<Integer> order, int from, Optional<Throwable> failure) {
    for (int i = from; i < order.size(); i++) {
      int later = i + 1;
      Admission admission = standings.get(order.get(i)).admit();
      if (admission != Admission.PASS_BY) {
        return ask(request, order.get(i), admission)
            .recover(
                failed ->
                    FailoverRule.passesOn(failed)
                        ? next(request, order, later, Optional.of(failed))
                        : Future.failedFuture(failed));
      }
    }
    return failure
        .<Future<ModelResponse>>map(Future::failedFuture)
        .orElseGet(() -> ask(request, order.get(0), Admission.ASK));
  }

  private Future<ModelResponse> ask(ModelRequest request, int i, Admission admission) {
    Member member = members.get(i);
    return member
        .client()
        .ask(request)
        .onComplete(
            done -> {
              Optional<Waiting> waiting = member.waiting().get();
              if (done.failed() && FailoverRule.out(done.cause(), waiting)) {
                standings.get(i).failed(admission, waiting.get());
              } else if (waiting.isEmpty()) {
                standings.get(i).answered();
              } else {
                standings.get(i).ended(admission);
              }
            });
  }

  /** The wait for each member that is out or gives no answers, in the order of the members. */
  public List<Optional<Waiting>> waiting() {
    return IntStream.range(0, members.size())
        .mapToObj(i -> standings.get(i).out().or(members.get(i).waiting()))
        .toList();
  }
}
