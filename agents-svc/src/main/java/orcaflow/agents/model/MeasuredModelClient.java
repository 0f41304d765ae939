package orcaflow.agents.model;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import orcaflow.service.Metric;

/** Counts and times the calls to an endpoint, by stage and outcome. */
public final class MeasuredModelClient implements ModelClient {

  private final String endpoint;
  private final ModelClient inner;
  private final MeterRegistry registry;
  private final Map<Labels, Timer> timers = new ConcurrentHashMap<>();

  private record Labels(String stage, String outcome) {}

  /**
   * @param endpoint role of the endpoint, from the closed set of the configuration
   */
  public MeasuredModelClient(String endpoint, ModelClient inner, MeterRegistry registry) {
    this.endpoint = endpoint;
    this.inner = inner;
    this.registry = registry;
  }

  @Override
  public Future<ModelResponse> ask(ModelRequest request) {
    Timer.Sample timer = Timer.start(registry);
    return inner
        .ask(request)
        .onComplete(
            done ->
                timer.stop(
                    timers.computeIfAbsent(
                        new Labels(request.stage(), outcome(done.cause())), this::timer)));
  }

  private Timer timer(Labels labels) {
    return Metric.MODEL_CALLS.timer(registry, endpoint, labels.stage(), labels.outcome());
  }

  private static String outcome(Throwable failure) {
    if (failure == null) {
      return "answered";
    }
    return failure instanceof ModelFailure known
        ? known.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : "other";
  }
}
