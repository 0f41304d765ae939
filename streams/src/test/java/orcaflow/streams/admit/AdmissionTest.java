package orcaflow.streams.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import orcaflow.events.ProblemCandidate;
import orcaflow.streams.Events;
import orcaflow.streams.admit.Decision.Admitted;
import orcaflow.streams.admit.Decision.Reason;
import orcaflow.streams.admit.Decision.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

  private static final String QUESTION = "Tom has 4 apples and buys 3. How many has he?";

  @TempDir Path folder;

  @Test
  void admitsAWellFormedNewQuestion() {
    assertThat(decide(Events.candidate("c1", QUESTION))).isEqualTo(new Admitted());
  }

  @Test
  void rejectsARowThatCouldNotBeReadWithItsDefect() {
    ProblemCandidate candidate = Events.malformed("c1", "{oops", "seeds.jsonl:7: not JSON");

    assertThat(decide(candidate))
        .isEqualTo(new Rejected(Reason.MALFORMED, "seeds.jsonl:7: not JSON"));
  }

  @ParameterizedTest
  @CsvSource({
    "9, TOO_SHORT, '9 characters, fewer than 10'",
    "10, , ",
    "50, , ",
    "51, TOO_LONG, '51 characters, more than 50'"
  })
  void lengthsAreCountedInCharactersAndLimitsBelong(int length, Reason reason, String evidence) {
    // Each of these is two chars in Java and one character to a reader.
    Decision decision = decide(Events.candidate("c1", " " + "😀".repeat(length) + "\n"));

    assertThat(decision)
        .isEqualTo(reason == null ? new Admitted() : new Rejected(reason, evidence));
  }

  @Test
  void rejectsWhatABenchmarkAsksInTheSameWords() throws IOException {
    Path plain = folder.resolve("test.jsonl");
    Files.writeString(
        plain,
        "{\"question\": \"Another one?\"}\n\n{\"id\": \"q-2\", \"question\": \"%s\"}\n"
            .formatted(QUESTION));
    Path packed = folder.resolve("more.jsonl.gz");
    try (OutputStream bytes = new GZIPOutputStream(Files.newOutputStream(packed))) {
      bytes.write("{\"question\": \"Packed away?\"}".getBytes(StandardCharsets.UTF_8));
    }
    Benchmarks benchmarks = Benchmarks.read(List.of(plain, packed));
    Admission admission = Admission.of(new AdmitSettings(10, 50), benchmarks);

    assertThat(benchmarks.size()).isEqualTo(3);
    assertThat(
            admission.decide(
                Events.candidate("c1", "TOM has 4 apples, and buys 3; how many has he"),
                Optional.empty()))
        .isEqualTo(
            new Rejected(Reason.BENCHMARK_OVERLAP, Evidence.inBenchmark("test.jsonl:3 (q-2)")));
    assertThat(admission.decide(Events.candidate("c1", "packed  away"), Optional.empty()))
        .isEqualTo(new Rejected(Reason.BENCHMARK_OVERLAP, Evidence.inBenchmark("more.jsonl.gz:1")));
  }

  @Test
  void rejectsWhatIsThereAlreadyWithTheHolder() {
    ProblemCandidate candidate = Events.candidate("c2", QUESTION);

    assertThat(admission().decide(candidate, Optional.of("c1")))
        .isEqualTo(
            new Rejected(
                Reason.DUPLICATE,
                Evidence.repeated(
                    "problem %s came in candidate c1 before".formatted(candidate.getProblemId()),
                    candidate.getProblemId())));
  }

  @Test
  void theFirstRuleThatObjectsDecides() {
    ProblemCandidate candidate = Events.malformed("c2", "short", "f:1: bad");

    assertThat(admission().decide(candidate, Optional.of("c1")).label()).isEqualTo("malformed");
    assertThat(admission().decide(Events.candidate("c2", "short"), Optional.of("c1")).label())
        .isEqualTo("too-short");
  }

  @Test
  void aBenchmarkRowThatCannotBeReadIsNamed() throws IOException {
    Path file = folder.resolve("bad.jsonl");
    Files.writeString(file, "{\"question\": \"Fine?\"}\n{\"answer\": 1}\n");
    assertThatThrownBy(() -> Benchmarks.read(List.of(file)))
        .hasMessage("benchmark bad.jsonl:2: 'question' is missing");

    Files.writeString(file, "{\n");
    assertThatThrownBy(() -> Benchmarks.read(List.of(file)))
        .hasMessageStartingWith("benchmark bad.jsonl:1: not JSON:");

    Path absent = folder.resolve("absent.jsonl");
    assertThatThrownBy(() -> Benchmarks.read(List.of(absent)))
        .hasMessageContaining("absent.jsonl cannot be read");
  }

  private static Decision decide(ProblemCandidate candidate) {
    return admission().decide(candidate, Optional.empty());
  }

  private static Admission admission() {
    return Admission.of(new AdmitSettings(10, 50), Benchmarks.read(List.of()));
  }
}
