package orcaflow.trainer.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import orcaflow.events.Policy;
import orcaflow.trainer.student.Answer;
import orcaflow.trainer.student.Examples;
import orcaflow.trainer.student.Question;
import orcaflow.trainer.student.Sampler;
import orcaflow.trainer.student.StudentFolder;
import orcaflow.trainer.student.StudentTokenizer;

/** A policy in memory, ready to answer. Used by one thread at a time. */
final class Served implements AutoCloseable {

  private final String version;
  private final int context;
  private final StudentTokenizer tokenizer;
  private final Examples examples;
  private final Sampler sampler;

  Served(Policy policy, StudentFolder student) {
    this.version = policy.getVersion();
    this.context = student.config().contextLength();
    this.tokenizer = student.tokenizer();
    this.examples = new Examples(tokenizer);
    this.sampler = new Sampler(student.config(), student.weights());
  }

  String version() {
    return version;
  }

  /**
   * The request in token ids, its length cut to what the context has room for.
   *
   * @throws ApiError 400 if the question alone fills the context
   */
  Question question(ChatRequest request) {
    int[] prompt = examples.prompt(request.question());
    int room = context - prompt.length;
    if (room < 1) {
      throw ApiError.tooLong(
          "the question has %d tokens; the student's context is %d"
              .formatted(prompt.length, context));
    }
    return new Question(
        prompt,
        request.n(),
        request.temperature(),
        request.topP(),
        request.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()),
        Math.min(room, request.maxTokens()));
  }

  /** Answers, in the order of the questions. */
  List<Completions> answer(List<Question> questions) {
    List<Answer> answers = sampler.answer(questions);
    List<Completions> completions = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      completions.add(
          new Completions(
              version,
              answer.completions().stream().map(tokenizer::decode).toList(),
              answer.finishReasons(),
              questions.get(i).prompt().length,
              answer.completions().stream().mapToInt(ids -> ids.length).sum()));
    }
    return completions;
  }

  @Override
  public void close() {
    sampler.close();
  }
}
