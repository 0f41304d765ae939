package orcaflow.bench.sampler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orcaflow.bench.Answering;
import orcaflow.bench.Context;
import orcaflow.trainer.generate.CompletionOutput;
import orcaflow.trainer.generate.GenerationRequest;
import orcaflow.trainer.generate.RequestOutput;
import orcaflow.trainer.generate.Sampler;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.model.StudentConfig;

/** Our side, in a JVM of its own. */
final class OurSampler {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Optional<Work> work = Optional.empty();

  private OurSampler() {}

  public static void main(String[] arguments) throws IOException {
    OurSampler sampler = new OurSampler();
    Answering.questions(sampler::answer);
  }

  private Object answer(JsonNode question) throws IOException {
    if (work.isEmpty()) {
      Task task = JSON.treeToValue(question, Task.class);
      Path folder = Path.of(task.folder());
      StudentConfig config = StudentConfig.read(folder.resolve("config.json"));
      Sampler sampler = new Sampler(config, Safetensors.read(folder.resolve("model.safetensors")));
      work = Optional.of(new Work(task, sampler));
      return Map.of("peer", "orcaflow");
    }
    return work.get().sample(question);
  }

  private record Work(Task task, Sampler sampler) {

    Object sample(JsonNode question) {
      boolean greedy = question.get("greedy").asBoolean();
      int to = question.get("to").asInt();
      int atOnce = question.get("atOnce").asInt();
      List<int[]> ids = new ArrayList<>();
      long tokens = 0;
      double began = Context.cpuSeconds();
      for (int from = question.get("from").asInt(); from < to; from += atOnce) {
        List<GenerationRequest> questions = new ArrayList<>();
        for (int i = from; i < Math.min(to, from + atOnce); i++) {
          questions.add(question(i, greedy));
        }
        for (RequestOutput answer : sampler.generate(questions)) {
          for (CompletionOutput sample : answer.samples()) {
            tokens += sample.ids().length + (sample.finishReason().equals("stop") ? 1 : 0);
          }
          if (greedy) {
            ids.addAll(answer.completions());
          }
        }
      }
      return Map.of("cpu", Context.cpuSeconds() - began, "tokens", tokens, "ids", ids);
    }

    private GenerationRequest question(int i, boolean greedy) {
      return new GenerationRequest(
          task.prompts().get(i),
          greedy ? 1 : task.samples(),
          greedy ? 0 : task.temperature(),
          task.topP(),
          i,
          task.maxTokens());
    }
  }
}
