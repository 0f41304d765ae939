package orcaflow.trainer.serve;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import orcaflow.trainer.generate.CompletionOutput;
import orcaflow.trainer.generate.ContinuousBatch;
import orcaflow.trainer.generate.Generation;
import orcaflow.trainer.generate.GenerationRequest;

/** A policy in memory, ready to answer. */
final class LoadedPolicy implements AutoCloseable {

  private final String version;
  private final LoadedStudent student;

  /** Closes the student with itself. */
  LoadedPolicy(String version, LoadedStudent student) {
    this.version = version;
    this.student = student;
  }

  String version() {
    return version;
  }

  LoadedStudent student() {
    return student;
  }

  /** An empty batch, to be closed before this. */
  ContinuousBatch newBatch() {
    return student.newBatch();
  }

  /**
   * Adds a request to a batch, its length limited to what fits the context.
   *
   * @throws ApiError 400 if the question alone fills the context
   */
  Generation begin(ChatRequest request, ContinuousBatch batch) {
    int[] prompt = student.prompt(request.question());
    int room = student.context() - prompt.length;
    if (room < 1) {
      throw ApiError.tooLong(
          "the question has %d tokens; the student's context is %d"
              .formatted(prompt.length, student.context()));
    }
    GenerationRequest generate =
        new GenerationRequest(
            prompt,
            request.n(),
            request.temperature(),
            request.topP(),
            request.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong()),
            Math.min(room, request.maxTokens()),
            request.tokenIds() && request.logProbs().isEmpty()
                ? OptionalInt.of(0)
                : request.logProbs());
    return batch.add(generate, request.stops().rule(student.tokenizer()::decode));
  }

  /** The reply to a request whose completions are done. */
  Completions end(ChatRequest request, Generation generation) {
    List<CompletionOutput> samples = generation.output().samples();
    return new Completions(
        version,
        samples.stream().map(sample -> choice(request, sample)).toList(),
        generation.request().prompt().length,
        samples.stream().mapToInt(sample -> sample.ids().length).sum());
  }

  private Completions.Choice choice(ChatRequest request, CompletionOutput sample) {
    return new Completions.Choice(
        request.stops().cut(student.tokenizer().decode(sample.ids())),
        sample.finishReason(),
        request.logProbs().isPresent()
            ? Optional.of(new ChatLogProbs(sample.tokens(), student.tokenizer()::decode))
            : Optional.empty(),
        request.tokenIds() ? Optional.of(sample.tokens()) : Optional.empty());
  }

  @Override
  public void close() {
    student.close();
  }
}
