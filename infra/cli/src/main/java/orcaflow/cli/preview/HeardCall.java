package orcaflow.cli.preview;

import java.util.List;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;

/** A call as it was sent, with what came back. */
record HeardCall(ModelRequest request, Answer answer) {

  /** What came back. */
  sealed interface Answer {
    ModelResponse.Usage usage();

    /** Texts. */
    record Texts(List<ModelResponse.Text> texts, ModelResponse.Usage usage) implements Answer {}

    /** Nothing to read, and why. */
    record None(String reason, ModelResponse.Usage usage) implements Answer {}
  }

  static HeardCall answered(ModelRequest request, ModelResponse response) {
    return new HeardCall(request, new Answer.Texts(response.texts(), response.usage()));
  }

  static HeardCall failed(ModelRequest request, Throwable failure) {
    ModelResponse.Usage usage =
        failure instanceof ModelFailure known ? known.usage() : ModelResponse.Usage.NONE;
    return new HeardCall(request, new Answer.None(String.valueOf(failure.getMessage()), usage));
  }
}
