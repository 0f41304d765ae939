package orcaflow.cli.continuous;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import orcaflow.events.ProblemCandidate;
import orcaflow.schemas.Cluster;
import orcaflow.schemas.Topics;
import orcaflow.schemas.log.TopicReader;
import orcaflow.stack.SharedStack;
import orcaflow.stack.TopicCatalogue;
import orcaflow.stack.words.ProblemSet;
import orcaflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Problems that come while a run is open, on a real broker. */
class SupplyIT {

  @TempDir Path dir;
  @TempDir Path state;
  private final List<String> said = new ArrayList<>();

  @Test
  void filesAreLetInAsTheyComeAndNoneOfThemTwice() throws IOException {
    Cluster cluster = SharedStack.get().cluster("supply");
    TopicCatalogue.apply(cluster, 1, 1);
    Optional<ProblemSource> source = Optional.of(new ProblemSource.Folder(dir));
    try (Supply supply = Supply.open(cluster, source, 1, state, said::add)) {
      supply.letIn();
      assertThat(supply.sentence()).isEqualTo("0 problems let in");
      write(
          "one.jsonl",
          "{\"question\": \"What is 1 + 1?\", \"answer\": \"2\"}\n{\"question\": 7}\n");
      letIn(supply, 2);
      write("two.csv", "question,answer\nWhat is 2 + 2?,4\n");
      letIn(supply, 3);
    }
    try (Supply again = Supply.open(cluster, source, 1, state, said::add)) {
      write("three.jsonl", "{\"question\": \"What is 3 + 3?\", \"answer\": \"6\"}\n");
      letIn(again, 1);
    }

    List<ProblemCandidate> candidates = candidates(cluster);
    assertThat(candidates)
        .extracting(ProblemCandidate::getQuestion)
        .containsExactlyInAnyOrder(
            "What is 1 + 1?", "{\"question\": 7}", "What is 2 + 2?", "What is 3 + 3?");
    assertThat(candidates)
        .filteredOn(candidate -> candidate.getDefect() != null)
        .singleElement()
        .extracting(ProblemCandidate::getDefect)
        .asString()
        .startsWith(dir.resolve("one.jsonl") + ":2: ");
    assertThat(said).isEmpty();
  }

  @Test
  void aPostIsAnsweredOnceItsRowsAreCommitted() {
    Cluster cluster = SharedStack.get().cluster("posted");
    TopicCatalogue.apply(cluster, 1, 1);
    Optional<ProblemSource> source = Optional.of(new ProblemSource.Http(OptionalInt.of(0)));
    try (Supply supply = Supply.open(cluster, source, 1, state, said::add)) {
      String url = said.get(0).replaceFirst("POST (.*) takes seeds", "$1");
      HttpRequest post =
          HttpRequest.newBuilder(URI.create(url))
              .header("Content-Type", "application/x-ndjson")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"question\": \"What is 1 + 1?\", \"answer\": \"2\"}\nno JSON\n"))
              .build();
      CompletableFuture<HttpResponse<String>> reply =
          HttpClient.newHttpClient().sendAsync(post, HttpResponse.BodyHandlers.ofString());
      letIn(supply, 2);
      assertThat(reply.join().body()).isEqualTo("{\"rows\":2}");
      assertThat(candidates(cluster))
          .extracting(ProblemCandidate::getQuestion)
          .containsExactly("What is 1 + 1?", "no JSON");
      assertThat(candidates(cluster).get(1).getDefect()).startsWith("post 1:2: ");
    }
  }

  @Test
  void theAuthorContinuesBehindWhatIsIn() {
    Cluster cluster = SharedStack.get().cluster("author");
    TopicCatalogue.apply(cluster, 1, 1);
    Optional<ProblemSource> source = Optional.of(new ProblemSource.Scripted(1000));
    for (int start = 0; start < 2; start++) {
      try (Supply supply = Supply.open(cluster, source, 7, state, said::add)) {
        Await.until(
            "that problems are in",
            Await.LIMIT,
            () -> {
              supply.letIn();
              return !supply.sentence().startsWith("0 ");
            });
      }
    }
    List<ProblemCandidate> candidates = candidates(cluster);
    assertThat(candidates).hasSizeGreaterThan(1);
    assertThat(candidates)
        .extracting(ProblemCandidate::getQuestion)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, candidates.size())
                .mapToObj(number -> ProblemSet.author(7, number).question())
                .toList());
  }

  private static List<ProblemCandidate> candidates(Cluster cluster) {
    List<ProblemCandidate> candidates = new ArrayList<>();
    try (TopicReader<String, ProblemCandidate> reader = TopicReader.events(cluster)) {
      reader.startAtBeginning(reader.partitions(Topics.PROBLEM_CANDIDATES.in(cluster.run())));
      reader.readTo(reader.committedEnds(), record -> candidates.add(record.value()));
    }
    return candidates;
  }

  private static void letIn(Supply supply, long problems) {
    String sentence = problems + " problems let in";
    Await.until(
        sentence,
        Await.LIMIT,
        () -> {
          supply.letIn();
          return supply.sentence().equals(sentence);
        });
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(dir.resolve(name), text);
  }
}
