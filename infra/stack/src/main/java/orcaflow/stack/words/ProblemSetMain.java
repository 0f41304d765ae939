package orcaflow.stack.words;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import orcaflow.schemas.recipe.ExpansionRule;
import orcaflow.stack.Tool;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the problem files that ship with the house, the same bytes every time. */
@Command(
    name = "problem-set",
    mixinStandardHelpOptions = true,
    description = "Writes a problem set as JSON lines (gzip where the name ends in .gz).",
    footer = {
      "",
      "Examples:",
      "  problem-set --kind seeds --count 8000 --seed 1 --out seeds.jsonl.gz",
      "  problem-set --kind benchmark --count 1200 --seed 1 --out benchmark.jsonl",
      "  problem-set --kind benchmark --count 1800 --skip 1200 --seed 1 --out validation.jsonl",
      "  problem-set --kind expanded --seeds seeds.jsonl.gz --out expanded.jsonl"
    })
public final class ProblemSetMain implements Callable<Integer> {

  enum Kind {
    SEEDS,
    BENCHMARK,
    EXPANDED
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_ROWS = 1_000_000;

  @Option(
      names = "--kind",
      required = true,
      description = "seeds; benchmark; or expanded: what a run makes of seeds, solved.")
  private Kind kind;

  @Option(names = "--count", defaultValue = "8000", description = "Rows (${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--skip",
      defaultValue = "0",
      description = "Leave out the first N of these rows (${DEFAULT-VALUE}).")
  private int skip;

  @Option(names = "--seed", defaultValue = "1", description = "Random seed (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--seeds",
      defaultValue = "seeds.jsonl.gz",
      description = "The seeds to expand, .jsonl or .jsonl.gz (${DEFAULT-VALUE}).")
  private Path seeds;

  @Option(
      names = "--ask-share",
      defaultValue = "0.25",
      description = "Share of seeds that Ask-Me-Anything works on (${DEFAULT-VALUE}).")
  private double askShare;

  @Option(names = "--rounds", defaultValue = "2", description = "Rounds of edits.")
  private int rounds;

  @Option(
      names = "--styles",
      split = ",",
      defaultValue = "worked,bare",
      description = "Solution styles: ${COMPLETION-CANDIDATES}.")
  private List<SolutionStyle> styles;

  @Option(names = "--out", required = true, description = "The file to write.")
  private Path out;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Tool.commandLine(new ProblemSetMain());
  }

  @Override
  public Integer call() throws IOException {
    if (count < 1 || count > MOST_ROWS) {
      throw new IllegalArgumentException(
          "--count is %d: use a number from 1 to %d".formatted(count, MOST_ROWS));
    }
    if (skip < 0 || skip >= count) {
      throw new IllegalArgumentException(
          "--skip is %d: use a number from 0 to %d".formatted(skip, count - 1));
    }
    List<ProblemSet.Row> all =
        switch (kind) {
          case SEEDS -> ProblemSet.seeds(count, seed);
          case BENCHMARK -> ProblemSet.benchmark(count, seed);
          case EXPANDED ->
              ProblemSet.expanded(
                  questions(seeds), new ExpansionRule(askShare, rounds), new Teacher(styles));
        };
    write(all.subList(Math.min(skip, all.size()), all.size()), out);
    return CommandLine.ExitCode.OK;
  }

  private static List<String> questions(Path file) throws IOException {
    List<String> questions = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = isGzip(file) ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        questions.add(question(line, "%s line %d".formatted(file, questions.size() + 1)));
      }
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("--seeds is %s: no such file".formatted(file), e);
    }
    return questions;
  }

  private static String question(String line, String place) {
    try {
      String question = JSON.readTree(line).path("question").asText("");
      if (EnglishReader.read(question).isEmpty()) {
        throw new IllegalArgumentException(
            "%s: question is \"%s\": not a problem of the English".formatted(place, question));
      }
      return question;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(place + ": not a JSON object", e);
    }
  }

  private static void write(List<ProblemSet.Row> rows, Path file) throws IOException {
    // Java's gzip header holds no time, so equal rows make equal files.
    try (OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream plain = isGzip(file) ? new GZIPOutputStream(bytes) : bytes) {
      for (ProblemSet.Row row : rows) {
        plain.write(JSON.writeValueAsBytes(row));
        plain.write('\n');
      }
    }
  }

  private static boolean isGzip(Path file) {
    return file.getFileName().toString().endsWith(".gz");
  }
}
