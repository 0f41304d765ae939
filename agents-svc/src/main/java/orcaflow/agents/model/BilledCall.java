package orcaflow.agents.model;

import java.time.Instant;
import java.util.List;
import orcaflow.events.CallOutcome;
import orcaflow.events.ModelCall;
import orcaflow.schemas.Ids;

/**
 * The event of a call, as far as it is the same for each: who was asked for what, what it took and
 * what it costs.
 *
 * @param endpoint name of the endpoint in events
 * @param prices what the endpoint charges
 */
public record BilledCall(String endpoint, PriceList prices) {

  /**
   * @param id of the event
   * @param millis from the question to the reply
   */
  ModelCall.Builder event(String id, ModelRequest request, ModelResponse.Usage usage, long millis) {
    return ModelCall.newBuilder()
        .setId(id)
        .setStage(request.stage())
        .setEndpoint(endpoint)
        .setModel(request.model())
        .setPrompt(request.prompt().orElse(null))
        .setPromptTokens(usage.promptTokens())
        .setCachedTokens(usage.cachedTokens())
        .setCompletionTokens(usage.completionTokens())
        .setEstimated(usage.estimated())
        .setCost(prices.cost(request.model(), usage))
        .setLatencyMillis(millis)
        .setTime(Instant.now());
  }

  /** One HTTP call whose text, if it has one, is not kept. No two calls have one id. */
  public ModelCall.Builder withoutText(
      ModelRequest request, ModelResponse.Usage usage, long millis) {
    return event(Ids.fresh(), request, usage, millis)
        .setRequest(request.id())
        .setTexts(List.of())
        .setFinishReasons(List.of())
        .setAttempts(1);
  }

  /**
   * A call whose process died while it was in flight. It may have been billed; the tokens are those
   * of the same request, which was sent again.
   *
   * @param call id of the call
   */
  ModelCall lost(String call, ModelRequest request, ModelResponse.Usage usage) {
    return lost(
        call, event(call, request, usage, 0).setServedBy(request.model()).setRequest(request.id()));
  }

  /**
   * The same, after the fact.
   *
   * @param call id of the call
   * @param endpoint that it was sent to
   * @param answer the stored call of the same request; the lost one is booked at its price
   */
  public static ModelCall lost(String call, String endpoint, ModelCall answer) {
    return lost(
        call,
        ModelCall.newBuilder(answer).setId(call).setEndpoint(endpoint).setRequest(answer.getId()));
  }

  private static ModelCall lost(String call, ModelCall.Builder event) {
    return event
        .setTexts(List.of())
        .setFinishReasons(List.of())
        .setKinds(List.of())
        .setReasonings(List.of())
        .setTokens(List.of())
        .setAttempts(1)
        .setEstimated(true)
        .setRepeated(false)
        .setOutcome(CallOutcome.UNAVAILABLE)
        .setReason("the process died while this call was in flight; the request was sent again")
        .setCall(call)
        .setTime(Instant.now())
        .build();
  }
}
