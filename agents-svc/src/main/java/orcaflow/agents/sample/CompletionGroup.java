package orcaflow.agents.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.ReplyKind;

/**
 * The completions received so far for one rollout request. All are by one policy: when another
 * policy answers, the earlier completions are discarded.
 *
 * @param servedBy policy that made the completions; empty before the first
 * @param texts the completions, in order
 * @param perCall maximum completions to request in a call
 * @param calls number of calls so far
 * @param fruitless number of calls that added no completion to the group
 */
record CompletionGroup(
    Optional<String> servedBy,
    List<ModelResponse.Text> texts,
    int perCall,
    int calls,
    int fruitless) {

  CompletionGroup {
    texts = List.copyOf(texts);
  }

  static CompletionGroup empty(int samples) {
    return new CompletionGroup(Optional.empty(), List.of(), samples, 0, 0);
  }

  /** Number of completions to request in the next call. */
  int wanted(int samples) {
    return Math.min(perCall, samples - texts.size());
  }

  boolean complete(int samples) {
    return texts.size() >= samples;
  }

  /** Adds a response's completions, up to the number of samples. */
  CompletionGroup with(ModelResponse response, int samples) {
    boolean same = servedBy.isEmpty() || servedBy.get().equals(response.servedBy());
    List<ModelResponse.Text> all = new ArrayList<>(same ? texts : List.of());
    List<ModelResponse.Text> data =
        response.texts().stream().filter(CompletionGroup::isData).toList();
    if (data.isEmpty()) {
      return wasted();
    }
    all.addAll(data);
    return new CompletionGroup(
        Optional.of(response.servedBy()),
        all.subList(0, Math.min(samples, all.size())),
        perCall,
        calls + 1,
        same ? fruitless : fruitless + 1);
  }

  private static boolean isData(ModelResponse.Text text) {
    return text.kind() == ReplyKind.ENDED || text.kind() == ReplyKind.CUT;
  }

  /** Counts a call whose response has no completion that is data. */
  private CompletionGroup wasted() {
    return new CompletionGroup(servedBy, texts, perCall, calls + 1, fruitless + 1);
  }

  /** Requests one completion a call from here on. */
  CompletionGroup oneByOne() {
    return new CompletionGroup(servedBy, texts, 1, calls + 1, fruitless);
  }
}
