package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "http://h:1, http://h:1/v1/chat/completions",
    "http://h:1/, http://h:1/v1/chat/completions",
    "http://h/v1, http://h/v1/chat/completions",
    "http://h/v1/, http://h/v1/chat/completions",
    "http://h/v1/chat/completions, http://h/v1/chat/completions",
    "http://h/chat/completions, http://h/chat/completions",
    "http://h/ok/v1?api-version=2024-10-21,"
        + " http://h/ok/v1/chat/completions?api-version=2024-10-21",
    "https://h/openai/deployments/gpt?api-version=1,"
        + " https://h/openai/deployments/gpt/chat/completions?api-version=1",
    "https://h/v1beta/openai, https://h/v1beta/openai/chat/completions",
    "https://h/api/paas/v4/, https://h/api/paas/v4/chat/completions",
    "https://h/api, https://h/api/v1/chat/completions",
    "http://[::1]:8000/v1, http://[::1]:8000/v1/chat/completions",
  })
  void theChatCompletionsAreBehindThePathAndBeforeTheQuery(String url, String chat) {
    assertThat(endpoint(url).chatCompletions()).hasToString(chat);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://h/v1#frag | url is 'http://h/v1': leave out '#' and what follows",
        "https://h/v1?key=abc | url 'https://h/v1' holds a key in its query: give it by keyVariable"
            + " or keyFile",
        "https://h/v1?x=1&api_key=abc | url 'https://h/v1' holds a key in its query: give it by"
            + " keyVariable or keyFile",
        "https://u:p@h/v1 | url 'https://h/v1' holds credentials: give the key by keyVariable or"
            + " keyFile",
        "ftp://h | url is 'ftp://h': use http://host:port or https://host",
      })
  void whatCannotBeHonouredIsRefusedByTheNameOfTheSetting(String url, String sentence) {
    assertThatThrownBy(() -> endpoint(url)).hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource({"http://h:1/v1/?api-version=7, http://h:1/v1", "https://h/, https://h"})
  void theNameHasNoQuery(String url, String name) {
    assertThat(endpoint(url).name()).isEqualTo(name);
  }

  private static Endpoint endpoint(String url) {
    return new Endpoint(URI.create(url), Optional.empty(), 1, Duration.ofSeconds(1));
  }
}
