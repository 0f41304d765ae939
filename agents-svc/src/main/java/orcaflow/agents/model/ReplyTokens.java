package orcaflow.agents.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.events.SampledTokens;

/**
 * The sampled tokens of a choice: {@code token_ids}, as vLLM names them, and {@code
 * token_logprobs}, one for each id, as the older Completions format does. Ids or numbers that are
 * no such things count as not named: the text is what was asked for.
 */
final class ReplyTokens {

  private static final String IDS = "token_ids";
  private static final String LOG_PROBS = "token_logprobs";

  private ReplyTokens() {}

  static Optional<SampledTokens> of(JsonNode choice) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : choice.path(IDS)) {
      if (!id.isInt() || id.intValue() < 0) {
        return Optional.empty();
      }
      ids.add(id.intValue());
    }
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(new SampledTokens(ids, logProbs(choice, ids.size())));
  }

  private static List<Float> logProbs(JsonNode choice, int count) {
    List<Float> logProbs = new ArrayList<>();
    for (JsonNode logProb : choice.path(LOG_PROBS)) {
      if (!logProb.isNumber() || !(logProb.doubleValue() <= 0)) {
        return List.of();
      }
      logProbs.add(logProb.floatValue());
    }
    return logProbs.size() == count ? logProbs : List.of();
  }
}
