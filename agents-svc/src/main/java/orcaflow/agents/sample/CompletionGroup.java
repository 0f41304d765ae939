package orcaflow.agents.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orcaflow.agents.model.ModelResponse;

/**
 * The completions of one request, as far as they have come. All are by one policy: where another
 * one answers the rest, those before are let go.
 *
 * @param servedBy policy that made them; empty before the first
 * @param atOnce most completions to ask for in a call
 * @param calls calls so far
 * @param fruitless calls that brought the group no further
 */
record CompletionGroup(
    Optional<String> servedBy,
    List<ModelResponse.Text> texts,
    int atOnce,
    int calls,
    int fruitless) {

  CompletionGroup {
    texts = List.copyOf(texts);
  }

  static CompletionGroup empty(int samples) {
    return new CompletionGroup(Optional.empty(), List.of(), samples, 0, 0);
  }

  /** How many to ask for in the next call. */
  int wanted(int samples) {
    return Math.min(atOnce, samples - texts.size());
  }

  boolean complete(int samples) {
    return texts.size() >= samples;
  }

  /** With an answer's completions, of which not more than asked for are taken. */
  CompletionGroup with(ModelResponse answer, int samples) {
    boolean same = servedBy.isEmpty() || servedBy.get().equals(answer.servedBy());
    List<ModelResponse.Text> all = new ArrayList<>(same ? texts : List.of());
    all.addAll(answer.texts());
    return new CompletionGroup(
        Optional.of(answer.servedBy()),
        all.subList(0, Math.min(samples, all.size())),
        atOnce,
        calls + 1,
        same ? fruitless : fruitless + 1);
  }

  /** After a call whose answer was of no use. */
  CompletionGroup wasted() {
    return new CompletionGroup(servedBy, texts, atOnce, calls + 1, fruitless + 1);
  }

  /** For an endpoint that gives one completion a call. */
  CompletionGroup oneByOne() {
    return new CompletionGroup(servedBy, texts, 1, calls + 1, fruitless);
  }
}
