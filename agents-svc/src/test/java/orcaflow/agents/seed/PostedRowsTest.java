package orcaflow.agents.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PostedRowsTest {

  private final PostedRows rows = new PostedRows(2);

  @Test
  void aPostIsAnsweredWhenItsRowsAreInTheLog() {
    CompletableFuture<PostedRows.Result> lines = post("{\"a\": 1}\n\n{\"a\": 2}\n");
    CompletableFuture<PostedRows.Result> array = post("\uFEFF[{\"a\": 3}]");

    assertThat(rows.next()).contains(row(1, "{\"a\": 1}", "post 1"));
    rows.committed();
    assertThat(lines).isNotDone();
    assertThat(taken())
        .containsExactly(row(3, "{\"a\": 2}", "post 1"), row(1, "{\"a\": 3}", "post 2"));
    assertThat(lines).isNotDone();

    rows.committed();
    assertThat(lines.join()).isEqualTo(new PostedRows.Result(2, Optional.empty()));
    assertThat(array.join()).isEqualTo(new PostedRows.Result(1, Optional.empty()));
  }

  @Test
  void aBodyThatCannotBeReadToItsEndKeepsTheRowsBefore() {
    CompletableFuture<PostedRows.Result> cut = post("[{\"a\": 1}, {\"a\": ");
    assertThat(taken()).containsExactly(row(1, "{\"a\": 1}", "post 1"));
    rows.committed();
    assertThat(cut.join().rows()).isEqualTo(1);
    assertThat(cut.join().failure().orElseThrow()).startsWith("post 1").contains("end is missing");
  }

  @Test
  void anEmptyBodyHasNoRows() {
    CompletableFuture<PostedRows.Result> empty = post(" \n");
    assertThat(taken()).isEmpty();
    rows.committed();
    assertThat(empty.join()).isEqualTo(new PostedRows.Result(0, Optional.empty()));
  }

  @Test
  void noMoreWaitThanMay() {
    post("{}");
    post("{}");
    assertThatThrownBy(() -> post("{}"))
        .isInstanceOf(PostedRows.Full.class)
        .hasMessage("2 posts wait to be let in: try again later");
    assertThat(rows.next()).isPresent();
    post("{}");
  }

  @Test
  void atTheEndNobodyIsLeftWithoutAnAnswer() {
    CompletableFuture<PostedRows.Result> begun = post("{}\n{}");
    CompletableFuture<PostedRows.Result> waits = post("{}");
    rows.next();
    rows.close();
    for (CompletableFuture<PostedRows.Result> post : List.of(begun, waits, post("{}"))) {
      assertThatThrownBy(post::join)
          .isInstanceOf(CompletionException.class)
          .hasRootCauseMessage("this run ends: post the rows again when it runs");
    }
  }

  private CompletableFuture<PostedRows.Result> post(String body) {
    return rows.offer(body.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
  }

  private List<SeedRows.Line> taken() {
    return Stream.generate(rows::next).takeWhile(Optional::isPresent).map(Optional::get).toList();
  }

  private static SeedRows.Line row(long number, String text, String post) {
    return new SeedRows.Line(number, text).of(post);
  }
}
