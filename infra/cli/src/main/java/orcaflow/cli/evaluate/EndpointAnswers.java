package orcaflow.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import orcaflow.agents.AnsweringEndpoint;
import orcaflow.agents.TokenCount;
import orcaflow.schemas.Ids;
import orcaflow.trainer.evaluate.AnsweringModel;
import orcaflow.trainer.evaluate.Benchmark;
import orcaflow.trainer.evaluate.DecodingMode;

/**
 * A model at an endpoint. A question that it declines has no answer; while it is away, nothing more
 * can be evaluated. Each sample is a request of its own, as some endpoints refuse several.
 */
public final class EndpointAnswers implements AnsweringModel {

  private static final int AT_ONCE = 64;

  private final String name;
  private final Supplier<AnsweringEndpoint> open;
  private Optional<AnsweringEndpoint> endpoint = Optional.empty();
  private int declined;
  private String firstReason = "";

  /**
   * @param name of the model
   * @param open opens the endpoint when there is something to ask
   */
  public EndpointAnswers(String name, Supplier<AnsweringEndpoint> open) {
    this.name = name;
    this.open = open;
  }

  /** The endpoint answers nothing at present. */
  public static final class EndpointAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<List<Answer>> answers;

    EndpointAway(String reason, List<List<Answer>> answers) {
      super(reason);
      this.answers = answers;
    }

    /** What it answered before, for each question; null where it may answer later. */
    List<List<Answer>> answers() {
      return answers;
    }
  }

  @Override
  public String version() {
    return name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int atOnce(DecodingMode mode) {
    return Math.max(1, AT_ONCE / mode.samples());
  }

  @Override
  public List<List<Answer>> answer(List<Benchmark.Item> questions, DecodingMode mode, long seed) {
    List<AnsweringEndpoint.Result> results = asked(questions, mode, seed);
    List<List<Answer>> answers = new ArrayList<>();
    String away = "";
    for (int from = 0; from < results.size(); from += mode.samples()) {
      List<Answer> some = new ArrayList<>();
      boolean later = false;
      for (AnsweringEndpoint.Result result : results.subList(from, from + mode.samples())) {
        if (result instanceof AnsweringEndpoint.Answered answer) {
          some.add(new Answer(answer.text(), answer.cut()));
        } else if (result instanceof AnsweringEndpoint.Away gone) {
          later = true;
          away = gone.reason();
        } else if (result instanceof AnsweringEndpoint.Declined no) {
          some.add(new Answer("", false));
          declined(no.reason());
        }
      }
      answers.add(later ? null : some);
    }
    if (!away.isEmpty()) {
      throw new EndpointAway(away, answers);
    }
    return answers;
  }

  private void declined(String reason) {
    if (declined == 0) {
      firstReason = reason;
    }
    declined++;
  }

  private List<AnsweringEndpoint.Result> asked(
      List<Benchmark.Item> questions, DecodingMode mode, long seed) {
    List<AnsweringEndpoint.Question> requests =
        questions.stream()
            .flatMap(
                item ->
                    IntStream.range(0, mode.samples())
                        .mapToObj(sample -> question(item, mode, seed, sample)))
            .toList();
    if (endpoint.isEmpty()) {
      endpoint = Optional.of(open.get());
    }
    try {
      return endpoint.get().ask(requests);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while questions were answered", e);
    }
  }

  private static AnsweringEndpoint.Question question(
      Benchmark.Item item, DecodingMode mode, long seed, int sample) {
    double place = Ids.fraction("evaluate/" + seed, item.id() + "/" + sample);
    return new AnsweringEndpoint.Question(
        item.question(),
        mode.temperature(),
        mode.topP(),
        mode.maxTokens(),
        (long) (place * Integer.MAX_VALUE));
  }

  /** With what was declined. */
  @Override
  public Optional<String> spent() {
    TokenCount tokens =
        endpoint.map(AnsweringEndpoint::tokens).orElseGet(() -> new TokenCount(0, 0));
    return Optional.of(
        "%,d tokens of prompts and %,d of answers%s"
            .formatted(
                tokens.prompt(),
                tokens.completion(),
                declined == 0
                    ? ""
                    : "; %,d questions were declined and count as wrong, first: %s"
                        .formatted(declined, firstReason)));
  }

  @Override
  public void close() {
    endpoint.ifPresent(AnsweringEndpoint::close);
  }
}
