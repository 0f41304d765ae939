package orcaflow.agents;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.agents.model.Message;
import orcaflow.agents.model.ModelFailure;
import orcaflow.agents.model.ModelRequest;
import orcaflow.agents.model.ModelResponse;
import orcaflow.agents.model.Prompt;
import orcaflow.agents.model.ReplyKind;

/** A model at an endpoint that answers problems outside a run: for an evaluation. */
public final class AnsweringEndpoint implements AutoCloseable {

  private static final String STAGE = "evaluate";

  /** What the model is sent. */
  public enum Form {
    /** The problem with the teacher's instructions, which ask for steps and a final-answer line. */
    TEACHER(Optional.of(Prompt.load("solve/teacher.v2"))),
    /** The problem alone, for a student. */
    PLAIN(Optional.empty());

    private final Optional<Prompt> prompt;

    Form(Optional<Prompt> prompt) {
      this.prompt = prompt;
    }

    private List<Message> messages(String problem) {
      return prompt
          .map(instructions -> instructions.render(Map.of("problem", problem)))
          .orElseGet(() -> List.of(Message.user(problem)));
    }
  }

  /**
   * A problem to be answered once.
   *
   * @param temperature 0 is greedy
   * @param maxTokens longest answer
   * @param seed for endpoints that support one; 31 bits
   */
  public record Question(
      String problem, double temperature, double topP, int maxTokens, long seed) {}

  /** What came of a question. */
  public sealed interface Result {}

  /**
   * The model answered.
   *
   * @param cut whether the answer ends elsewhere than where the model ended it
   */
  public record Answered(String text, boolean cut) implements Result {}

  /** It does not answer this question, now or later. */
  public record Declined(String reason) implements Result {}

  /** It answers nothing at present. */
  public record Away(String reason) implements Result {}

  private final OutsideModel model;
  private final Form form;
  private final PoliteEndpoint endpoint;

  /**
   * Opens it with a first question.
   *
   * @throws AgentsPreflight.Failed in a sentence, if the first question is not answered
   */
  public AnsweringEndpoint(OutsideModel model, Form form) {
    this.model = model;
    this.form = form;
    this.endpoint = new PoliteEndpoint(STAGE, model);
  }

  /** Asks all questions together, and waits for what comes of each. */
  public List<Result> ask(List<Question> questions) throws InterruptedException {
    return PoliteEndpoint.all(questions.stream().map(this::ask).toList());
  }

  private Future<Result> ask(Question question) {
    ModelRequest request =
        new ModelRequest(
            STAGE,
            model.name(),
            form.prompt.map(Prompt::id),
            form.messages(question.problem()),
            new ModelRequest.Sampling(
                1, question.temperature(), question.topP(), question.maxTokens(), question.seed()),
            0);
    return endpoint.ask(request).map(this::answered).recover(this::failed);
  }

  private Result answered(ModelResponse response) {
    ModelResponse.Text text = response.texts().get(0);
    return new Answered(
        text.text(), text.kind() != ReplyKind.ENDED && text.kind() != ReplyKind.REFUSED);
  }

  private Future<Result> failed(Throwable failure) {
    if (!(failure instanceof ModelFailure known)) {
      return Future.failedFuture(failure);
    }
    return Future.succeededFuture(
        known.retryable() ? new Away(known.getMessage()) : new Declined(known.getMessage()));
  }

  /** What was billed so far. */
  public TokenCount tokens() {
    return endpoint.tokens();
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
