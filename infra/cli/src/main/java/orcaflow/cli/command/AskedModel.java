package orcaflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import orcaflow.agents.AnsweringEndpoint;
import orcaflow.agents.JudgingEndpoint;
import orcaflow.agents.OutsideModel;
import orcaflow.cli.evaluate.EndpointAnswers;
import orcaflow.cli.evaluate.EndpointJudge;
import orcaflow.cli.evaluate.KeptAnswers;
import orcaflow.cli.run.EndpointUrl;
import orcaflow.trainer.evaluate.AnsweringModel;
import orcaflow.trainer.evaluate.AnsweringStudent;
import orcaflow.trainer.model.StudentFolder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who answers a benchmark: a policy folder, or a model at an endpoint. */
final class AskedModel {

  private static final int BATCH = 128;
  private static final String KEY = "ORCAFLOW_API_KEY";

  @Parameters(
      paramLabel = "POLICY",
      arity = "0..1",
      description = "Folder of a policy, in Hugging Face format.")
  private Optional<Path> policy = Optional.empty();

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description =
          "In place of a policy: an OpenAI-compatible endpoint (key in ORCAFLOW_API_KEY). Its calls"
              + " are billed.")
  private Optional<String> endpoint = Optional.empty();

  @Option(names = "--model", description = "Model to ask for at the endpoint.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--form",
      defaultValue = "teacher",
      description =
          "What the endpoint is sent: teacher (the question with the teacher's instructions) or plain"
              + " (the question alone) (default: ${DEFAULT-VALUE}).")
  private String form;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Deadline of one call of the endpoint (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Option(
      names = "--judge",
      paramLabel = "URL",
      description =
          "Endpoint of a judge for answers that the matcher leaves undecided (key in"
              + " ORCAFLOW_API_KEY). Its calls are billed.")
  private Optional<String> judge = Optional.empty();

  @Option(names = "--judge-model", description = "Model to ask for at the judge's endpoint.")
  private Optional<String> judgeModel = Optional.empty();

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description =
          "Keep each answer here as it comes; what the file has from the same model, settings and"
              + " question is not asked for again.")
  private Optional<Path> answers = Optional.empty();

  @Mixin private DeviceOption device;

  /** Whether it is a policy folder. */
  boolean isPolicy() {
    return endpoint.isEmpty();
  }

  /** Checks what can be checked before anything is opened. */
  void check() throws Failure.BadInput {
    if (policy.isPresent() == endpoint.isPresent()) {
      throw new Failure.BadInput("give one of both: the folder of a policy, or --endpoint URL");
    }
    if (policy.isPresent() && !Files.isDirectory(policy.get())) {
      throw new Failure.BadInput("%s: there is no such folder".formatted(policy.get()));
    }
    if (endpoint.isPresent() && model.isEmpty()) {
      throw new Failure.BadInput(
          "--endpoint %s needs --model: the model to ask for there".formatted(endpoint.get()));
    }
    if (judge.isPresent() != judgeModel.isPresent()) {
      throw new Failure.BadInput("--judge URL and --judge-model NAME are given together");
    }
    if (policy.isPresent() && model.isPresent()) {
      throw new Failure.BadInput(
          "--model %s is a model at an --endpoint, and a policy's folder is given"
              .formatted(model.get()));
    }
    if (timeout < 1) {
      throw new Failure.BadInput("--timeout is %d: give 1 or more".formatted(timeout));
    }
  }

  /** Loads the policy; an endpoint is opened with its first question. */
  AnsweringModel open() throws Failure.BadInput, IOException {
    if (policy.isPresent()) {
      device.use();
      StudentFolder student = student(policy.get());
      String version = policy.get().toRealPath().getFileName().toString();
      return kept(new AnsweringStudent(version, "", student, BATCH), student.weights().hash());
    }
    EndpointAnswers asked = new EndpointAnswers(model.orElseThrow(), endpoint());
    return kept(asked, endpoint.get() + " " + form);
  }

  private static StudentFolder student(Path folder) throws Failure.BadInput {
    try {
      return StudentFolder.load(folder);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput(e.getMessage(), e);
    }
  }

  /** Opens the judge, where there is one. */
  Optional<EndpointJudge> judge() throws Failure.BadInput {
    return judge.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new EndpointJudge(
                new JudgingEndpoint(outside("--judge", judge.get(), judgeModel.orElseThrow()))));
  }

  private Supplier<AnsweringEndpoint> endpoint() throws Failure.BadInput {
    AnsweringEndpoint.Form sent =
        Stream.of(AnsweringEndpoint.Form.values())
            .filter(each -> each.name().equalsIgnoreCase(form))
            .findFirst()
            .orElseThrow(
                () -> new Failure.BadInput("--form is '%s': use teacher or plain".formatted(form)));
    OutsideModel asked = outside("--endpoint", endpoint.orElseThrow(), model.orElseThrow());
    return () -> new AnsweringEndpoint(asked, sent);
  }

  private OutsideModel outside(String option, String url, String name) throws Failure.BadInput {
    try {
      return new OutsideModel(
          EndpointUrl.of(url),
          name,
          Optional.of(KEY).filter(variable -> System.getenv(variable) != null),
          timeout);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("%s is '%s': %s".formatted(option, url, e.getMessage()), e);
    }
  }

  private AnsweringModel kept(AnsweringModel asked, String how) throws IOException {
    try {
      return answers.isEmpty() ? asked : new KeptAnswers(asked, how, answers.get());
    } catch (IOException | IllegalArgumentException e) {
      asked.close();
      throw e;
    }
  }

  /** What is said when the work is broken off. */
  String farewell() {
    return answers.isPresent() ? Failure.CONTINUES : "nothing is kept";
  }
}
