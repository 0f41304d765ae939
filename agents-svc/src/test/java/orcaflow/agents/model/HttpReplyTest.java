package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpReplyTest {

  @Test
  void aChatCompletionIsAResponse() {
    assertThat(
            read(
                    200,
                    """
                    {"model":"m-1","choices":[
                      {"message":{"content":"yes"},"finish_reason":"length"},
                      {"message":{"content":"no"},"finish_reason":null}],
                     "usage":{"prompt_tokens":3,"completion_tokens":5}}""")
                .result())
        .isEqualTo(
            new ModelResponse(
                "m-1",
                List.of(
                    new ModelResponse.Text("yes", "length"), new ModelResponse.Text("no", "stop")),
                3,
                5,
                1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"model\":\" \"}"
      })
  void theRequestedModelStandsInForAMissingName(String body) {
    assertThat(read(200, body).result())
        .isEqualTo(
            new ModelResponse("asked-for", List.of(new ModelResponse.Text("a", "stop")), 0, 0, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\":[]} | no choices",
        "{} | no choices",
        "{\"choices\":[{\"message\":{\"content\":null}}]} | a choice has no content",
        "{\"choices\":[{}]} | not a chat completion",
        "{\"choices\":\"many\"} | not a chat completion",
        "<html> | not a chat completion",
      })
  void anythingElseIsMalformedAndSaysWhy(String body, String fault) {
    assertThat(read(200, body).cause())
        .isInstanceOf(ModelFailure.Malformed.class)
        .hasMessage("http://e sent an answer that cannot be read, %s: %s".formatted(fault, body));
  }

  @ParameterizedTest
  @CsvSource({
    "400, Refused",
    "411, Refused",
    "413, Refused",
    "414, Refused",
    "415, Refused",
    "422, Refused",
    "451, Refused",
    "429, RateLimited",
    "401, Unavailable",
    "403, Unavailable",
    "404, Unavailable",
    "408, Unavailable",
    "302, Unavailable",
    "500, Unavailable",
    "503, Unavailable",
  })
  void aStatusIsNamedForWhatToDoNext(int status, String failure) {
    Throwable cause = read(status, "sorry\n  about that").cause();
    assertThat(cause.getClass().getSimpleName()).isEqualTo(failure);
    assertThat(cause).hasMessage("http://e answered %d: sorry about that".formatted(status));
  }

  @Test
  void aLongBodyIsCutInTheMessage() {
    assertThat(read(500, "x".repeat(1_000)).cause())
        .hasMessage("http://e answered 500: " + "x".repeat(200) + "...");
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "0, 0",
    "-1, ",
    "soon, ",
    "'', ",
    ", ",
    "'Wed, 21 Oct 2026 07:28:00 GMT', 60",
    "'Wed, 21 Oct 2026 07:26:00 GMT', ",
  })
  void retryAfterIsSecondsOrADate(String header, Long seconds) {
    assertThat(HttpReply.retryAfter(header, Instant.parse("2026-10-21T07:27:00Z")))
        .isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
  }

  private static Future<ModelResponse> read(int status, String body) {
    return HttpReply.read("http://e", "asked-for", status, header -> null, body);
  }
}
