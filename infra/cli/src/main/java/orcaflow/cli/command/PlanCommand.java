package orcaflow.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import orcaflow.cli.terminal.Output;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.MemoryPlan;
import orcaflow.trainer.model.MemoryPlan.Algorithm;
import orcaflow.trainer.model.MemoryPlan.Part;
import orcaflow.trainer.model.MemoryPlan.Setting;
import orcaflow.trainer.model.PassSize;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.torch.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What training a model takes of a device's memory, before anything is loaded. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Work out from a model's config.json alone what training it takes of a device's memory, and"
            + " the largest micro-batch that fits. Exit status: 0 it fits, 1 it does not, 2 the"
            + " command line or the model is wrong.",
    footer = {
      "",
      "Example: ./orcaflow plan --model mistral-7b --algorithm kto --lora 64 --device-memory 80GB"
    })
public final class PlanCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SMALL_RANK = 16;

  @Spec private CommandSpec spec;
  @Mixin private Output output;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a config.json, or that file; weights are not needed.")
  private Path model;

  @Option(
      names = "--algorithm",
      defaultValue = "kto",
      description = "sft, kto or dpo (default: ${DEFAULT-VALUE}).")
  private Algorithm algorithm;

  @Option(names = "--lora", paramLabel = "RANK", description = "Learn an adapter of this rank.")
  private Optional<Integer> rank = Optional.empty();

  @Option(
      names = "--lora-targets",
      split = ",",
      defaultValue = "q_proj,v_proj",
      description = "Projections it adapts (default: ${DEFAULT-VALUE}).")
  private Set<String> targets;

  @Option(
      names = "--device-memory",
      required = true,
      paramLabel = "SIZE",
      description = "For example 80GB or 24GiB.")
  private String deviceMemory;

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Rows a step, and rows sampled at a time (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--length",
      description = "Tokens of prompt and answer (default: 1024, or the context if that is less).")
  private Optional<Integer> length = Optional.empty();

  @Option(
      names = "--micro-batch",
      description = "Rows in one pass (default: the largest number that fits).")
  private Optional<Integer> microBatch = Optional.empty();

  @Option(
      names = "--passes",
      defaultValue = "1",
      description =
          "Passes computed side by side; on a CPU one for each of trainer.torchThreads"
              + " (default: ${DEFAULT-VALUE}).")
  private int passes;

  @Option(
      names = {"--precision", "--dtype"},
      defaultValue = "float32",
      description =
          "float32, or bfloat16 for mixed precision, as trainer.precision has it"
              + " (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description =
          "cpu, or cuda: one sum of gradients, larger passes, and CUDA's own memory"
              + " (default: ${DEFAULT-VALUE}).")
  private PassSize device;

  @Override
  public Integer call() throws Exception {
    MemorySize memory = MemorySize.parse(deviceMemory);
    Setting wanted = setting();
    int largest = MemoryPlan.largestMicroBatch(wanted, memory.bytes());
    MemoryPlan plan = MemoryPlan.of(wanted.inPassesOf(microBatch.orElse(Math.max(1, largest))));
    List<String> advice =
        plan.fits(memory.bytes()) ? List.of() : advice(plan.setting(), largest, memory.bytes());
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        output.json() ? json(plan, memory, largest, advice) : table(plan, memory, largest, advice));
    out.flush();
    return plan.fits(memory.bytes()) ? 0 : 1;
  }

  private Setting setting() throws Failure.BadInput {
    Path file = Files.isDirectory(model) ? model.resolve("config.json") : model;
    if (!Files.isRegularFile(file)) {
      throw new Failure.BadInput("--model %s: there is no config.json".formatted(model));
    }
    try {
      StudentConfig config = StudentConfig.read(file);
      Optional<Lora> lora = rank.map(r -> new Lora(r, 2.0 * r, targets));
      int tokens = length.orElse(Math.min(1024, config.contextLength()));
      int rows = microBatch.orElse(1);
      return new Setting(config, algorithm, lora, batch, tokens, rows, passes, precision, device);
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput(e.getMessage(), e);
    }
  }

  /** Changes after which it fits: the smallest first, one at a time, then together. */
  private static List<String> advice(Setting s, int largest, long device) {
    if (largest > 0) {
      return List.of("--micro-batch %d fits".formatted(largest));
    }
    List<String> advice = new ArrayList<>();
    Setting one = s.inPassesOf(1);
    Lora small = new Lora(SMALL_RANK, 2.0 * SMALL_RANK, Set.of("q_proj", "v_proj"));
    Map<String, Setting> changes = new LinkedHashMap<>();
    if (s.length() > 256) {
      changes.put("--length 256", one.ofLength(256));
    }
    if (s.passes() > 1) {
      changes.put("--passes 1", one.withPasses(1));
    }
    if (s.precision() == Precision.FLOAT32) {
      changes.put("--precision bfloat16", one.in(Precision.BFLOAT16));
    }
    if (s.lora().isEmpty()) {
      changes.put("--lora " + SMALL_RANK, one.with(small));
      if (s.length() > 256) {
        changes.put("--lora %d --length 256".formatted(SMALL_RANK), one.with(small).ofLength(256));
      }
      if (s.precision() == Precision.FLOAT32) {
        changes.put(
            "--lora %d --precision bfloat16".formatted(SMALL_RANK),
            one.with(small).in(Precision.BFLOAT16));
      }
    }
    changes.forEach(
        (change, setting) -> {
          if (MemoryPlan.of(setting).fits(device)) {
            int rows = MemoryPlan.largestMicroBatch(setting, device);
            advice.add("%s fits, with up to %d rows in a pass".formatted(change, rows));
          }
        });
    if (advice.isEmpty()) {
      MemoryPlan least = MemoryPlan.of(one);
      advice.add(
          "nothing of the kind is enough: a device of %s or a smaller model is needed"
              .formatted(
                  MemorySize.shown((long) (least.trainingBytes() / (1 - MemoryPlan.HEADROOM)))));
    }
    return advice;
  }

  private String table(MemoryPlan plan, MemorySize device, int largest, List<String> advice) {
    Setting s = plan.setting();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s: %,d parameters, %d layers of %d, vocabulary %,d",
        model,
        s.parameters(),
        s.config().layers(),
        s.config().hidden(),
        s.config().vocabulary());
    line(
        text,
        "%s, %s, %,d parameters learn; %d %s of %,d tokens, %d rows in a pass, %s",
        s.algorithm().name().toLowerCase(Locale.ROOT),
        s.lora()
            .map(
                l -> "adapter of rank %d on %s".formatted(l.rank(), String.join(", ", l.targets())))
            .orElse("all weights"),
        s.trainable(),
        s.batch(),
        s.algorithm() == Algorithm.DPO ? "pairs" : "rows",
        s.length(),
        s.microBatch(),
        s.precision().label());
    section(text, "training", plan.training(), plan.trainingBytes());
    section(text, "sampling", plan.sampling(), plan.samplingBytes());
    line(text, "");
    line(
        text,
        "Training %s %s, of which %d %% are left to the allocator; it leaves %s. With sampling beside it: %s.",
        plan.fits(device.bytes()) ? "fits" : "does NOT fit",
        MemorySize.shown(device.bytes()),
        Math.round(100 * MemoryPlan.HEADROOM),
        MemorySize.shown(MemoryPlan.usable(device.bytes()) - plan.trainingBytes()),
        plan.trainingBytes() + plan.samplingBytes() <= MemoryPlan.usable(device.bytes())
            ? "fits"
            : "does not fit");
    if (largest > 0) {
      line(text, "The largest micro-batch that fits: %d rows (microBatch in the recipe).", largest);
    }
    line(
        text,
        "In the host's memory, too: %s of weights as they were read.",
        MemorySize.shown(s.parameters() * Float.BYTES));
    advice.forEach(sentence -> line(text, "Advice: %s.", sentence));
    return text.toString();
  }

  private static void section(StringBuilder text, String name, List<Part> parts, long total) {
    line(text, "");
    line(text, "%-16s %12s  %s", name, "bytes", "arithmetic");
    for (Part part : parts) {
      line(
          text, "  %-14s %12s  %s", part.name(), MemorySize.shown(part.bytes()), part.arithmetic());
    }
    line(text, "  %-14s %12s", "together", MemorySize.shown(total));
  }

  private String json(MemoryPlan plan, MemorySize device, int largest, List<String> advice)
      throws JsonProcessingException {
    Setting s = plan.setting();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", model.toString());
    facts.put("parameters", s.parameters());
    facts.put("learnt", s.trainable());
    facts.put("algorithm", s.algorithm().name().toLowerCase(Locale.ROOT));
    facts.put("batch", s.batch());
    facts.put("length", s.length());
    facts.put("microBatch", s.microBatch());
    facts.put("precision", s.precision().label());
    facts.put("deviceBytes", device.bytes());
    facts.put("usableBytes", MemoryPlan.usable(device.bytes()));
    facts.put("training", plan.training());
    facts.put("trainingBytes", plan.trainingBytes());
    facts.put("sampling", plan.sampling());
    facts.put("samplingBytes", plan.samplingBytes());
    facts.put("fits", plan.fits(device.bytes()));
    facts.put("largestMicroBatch", largest);
    facts.put("advice", advice);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts) + "\n";
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
