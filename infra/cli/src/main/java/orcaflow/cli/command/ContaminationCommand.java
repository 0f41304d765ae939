package orcaflow.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import orcaflow.cli.contamination.BenchmarkQuestion;
import orcaflow.cli.contamination.ContaminationCheck;
import orcaflow.cli.contamination.ContaminationReport;
import orcaflow.cli.contamination.NearPair;
import orcaflow.cli.contamination.QuestionFile;
import orcaflow.cli.terminal.Output;
import orcaflow.cli.terminal.Progress;
import orcaflow.schemas.Cluster;
import orcaflow.service.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much of a benchmark is in what a run admitted, or in a file. */
@Command(
    name = "contamination",
    mixinStandardHelpOptions = true,
    description =
        "Compare a benchmark with all problems a run admitted, as the Orca-Math paper does: the 10"
            + " nearest problems of each question by TF-IDF cosine, and for those pairs the Jaccard"
            + " overlap of n-gram sets, n = 1 to 8. Above 0.5 a pair is flagged.",
    footer = {
      "",
      "Examples: ./orcaflow contamination --benchmark gsm8k_test.jsonl --dir live",
      "          ./orcaflow contamination --benchmark a.jsonl --corpus b.jsonl.gz"
    })
public final class ContaminationCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVERY = 500;

  @Mixin private RunSelection selection;
  @Mixin private Output output;

  @Option(
      names = "--benchmark",
      required = true,
      description = "JSONL or JSONL.gz with question and, if there is one, id.")
  private Path benchmark;

  @Option(
      names = "--corpus",
      description = "Compare with this JSONL or JSONL.gz instead of a run; needs no Kafka.")
  private Optional<Path> corpus = Optional.empty();

  @Option(names = "--pairs", description = "Write all pairs compared to this file, as JSONL.")
  private Optional<Path> pairsFile = Optional.empty();

  @Override
  public Integer call() throws Exception {
    checkPairsFile();
    try (Progress progress = Progress.on(System.err);
        ContaminationCheck check = new ContaminationCheck(questions())) {
      String against = readCorpus(check, progress);
      if (check.problems() == 0) {
        throw new Failure.BadInput("%s: there are no problems in it yet".formatted(against));
      }
      List<NearPair> pairs =
          check.pairs(
              done ->
                  progress.show("comparing", done, OptionalLong.of(check.problems()), "problems"));
      progress.close();
      if (pairsFile.isPresent()) {
        write(pairs, pairsFile.get());
      }
      print(check.report(pairs), against);
    }
    return 0;
  }

  /** Before the work, not after it. */
  private void checkPairsFile() throws Failure.BadInput {
    if (pairsFile.isEmpty()) {
      return;
    }
    Path folder = pairsFile.get().toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(pairsFile.get())) {
      throw new Failure.BadInput(
          "--pairs %s: not a file in a folder that exists".formatted(pairsFile.get()));
    }
  }

  private List<BenchmarkQuestion> questions() throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionFile.read(benchmark, (question, read, bytes) -> questions.add(question));
    return questions;
  }

  /** What the benchmark is compared with, in words. */
  private String readCorpus(ContaminationCheck check, Progress progress)
      throws IOException, Failure.BadInput {
    if (corpus.isPresent()) {
      QuestionFile.read(
          corpus.get(),
          (question, read, bytes) -> {
            check.problem(question.id(), question.text());
            show(progress, "reading, KiB", read >> 10, bytes >> 10, check);
          });
      return corpus.get().toString();
    }
    Cluster cluster = selection.cluster();
    AdmittedProblems.read(
        cluster,
        (problem, read, total) -> {
          check.problem(problem.getId(), problem.getQuestion());
          show(progress, "reading, offsets", read, total, check);
        },
        record -> progress.say("ATTENTION: left out: " + record));
    return "run " + cluster.run();
  }

  private static void show(
      Progress progress, String phase, long read, long total, ContaminationCheck check) {
    if (check.problems() % EVERY == 1) {
      progress.show(
          phase, read, OptionalLong.of(total), "%,d problems".formatted(check.problems()));
    }
  }

  /** Whole or not at all: a reader never meets half a file. */
  private static void write(List<NearPair> pairs, Path file) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          BufferedWriter out =
              new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
          for (NearPair pair : pairs) {
            out.write(JSON.writeValueAsString(pair));
            out.write('\n');
          }
          out.flush();
        });
  }

  private void print(ContaminationReport report, String against) throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("benchmark", benchmark.toString());
    facts.put("corpus", against);
    facts.put("report", report);
    output.block(
        facts, ContaminationTable.of(report, benchmark.toString(), against).stripTrailing());
  }
}
