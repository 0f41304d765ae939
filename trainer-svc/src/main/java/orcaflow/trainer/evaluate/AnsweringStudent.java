package orcaflow.trainer.evaluate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import orcaflow.schemas.Ids;
import orcaflow.schemas.StudentPrompt;
import orcaflow.trainer.generate.CompletionOutput;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.RequestOutput;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.StudentFolder;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/** A student with a sampler of its own. A question longer than its context cannot be asked. */
public final class AnsweringStudent implements AnsweringModel {

  private final String version;
  private final String name;
  private final int context;
  private final StudentFolder student;
  private final ExampleEncoder examples;
  private final Sampler sampler;
  private final int batch;

  /**
   * @param batch completions made at once
   */
  public AnsweringStudent(String version, String name, StudentFolder student, int batch) {
    this.version = version;
    this.name = name;
    this.context = student.config().contextLength();
    this.student = student;
    this.examples = new ExampleEncoder(student.tokenizer());
    this.sampler = new Sampler(student.config(), student.weights());
    this.batch = batch;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int atOnce(DecodingMode mode) {
    return Math.max(1, batch / mode.samples());
  }

  @Override
  public List<List<Answer>> answer(List<Benchmark.Item> questions, DecodingMode mode, long seed) {
    List<int[]> prompts =
        questions.stream().map(question -> examples.prompt(question.question())).toList();
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (isAsked(prompts.get(i))) {
        requests.add(request(questions.get(i), prompts.get(i), mode, seed));
      }
    }
    Iterator<RequestOutput> outputs =
        (requests.isEmpty() ? List.<RequestOutput>of() : sampler.generate(requests)).iterator();
    return prompts.stream()
        .map(prompt -> isAsked(prompt) ? answers(outputs.next()) : List.<Answer>of())
        .toList();
  }

  private boolean isAsked(int[] prompt) {
    return prompt.length < context;
  }

  /** The seed belongs to the question, so that its answer depends on no other question. */
  private GenerationRequest request(
      Benchmark.Item item, int[] prompt, DecodingMode mode, long seed) {
    long own =
        Long.parseUnsignedLong(Ids.hash("evaluate", item.id(), Long.toString(seed)), 0, 16, 16);
    return new GenerationRequest(
        prompt,
        mode.samples(),
        mode.temperature(),
        mode.topP(),
        own,
        Math.min(context - prompt.length, mode.maxTokens()),
        OptionalInt.of(0));
  }

  private List<Answer> answers(RequestOutput output) {
    return output.samples().stream().map(this::answer).toList();
  }

  private Answer answer(CompletionOutput completion) {
    return new Answer(
        StudentPrompt.answer(student.tokenizer().decode(completion.ids())),
        completion.isCut(),
        completion.ids().length,
        completion.tokens().size(),
        completion.tokens().stream().mapToDouble(CompletionOutput.Token::logProb).sum());
  }

  @Override
  public void close() {
    sampler.close();
  }
}
