package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateHeadersTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // headers                                                   | rpm | tpm | wait ms | ignored
        "                                                             |     |     |         | 0",
        "x-ratelimit-limit-requests=500                               | 500 |     |         | 0",
        "x-ratelimit-limit-tokens=30000                               |     |30000|         | 0",
        "anthropic-ratelimit-requests-limit=50                        | 50  |     |         | 0",
        "anthropic-ratelimit-tokens-limit=40000                       |     |40000|         | 0",
        "x-ratelimit-limit=60                                         |     |     |         | 0",
        "x-ratelimit-limit-requests=0                                 |     |     |         | 1",
        "x-ratelimit-limit-requests=-1                                |     |     |         | 1",
        "x-ratelimit-limit-requests=many                              |     |     |         | 1",
        "x-ratelimit-limit-requests=99999999999999999999              |     |     |         | 1",
        "x-ratelimit-limit-requests=2000000000                        |     |     |         | 1",
        "x-ratelimit-limit-tokens=1e9                                 |     |     |         | 1",
        "x-ratelimit-remaining-requests=3;x-ratelimit-reset-requests=6m0s  | |    |         | 0",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=6m0s  | |    | 360000  | 0",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=1s    | |    | 1000    | 0",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=120ms | |    | 120     | 0",
        "x-ratelimit-remaining-tokens=0;x-ratelimit-reset-tokens=7.66      | |    | 7660    | 0",
        "x-ratelimit-remaining=0;x-ratelimit-reset=1795694405              | |    | 5000    | 0",
        "x-ratelimit-remaining-requests=0                                  | |    |         | 0",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=0s    | |    |         | 0",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=-5    | |    |         | 1",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=soon  | |    |         | 1",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=99d   | |    |         | 1",
        "x-ratelimit-remaining-requests=-2;x-ratelimit-reset-requests=1s   | |    |         | 1",
        "anthropic-ratelimit-requests-remaining=0;"
            + "anthropic-ratelimit-requests-reset=2026-11-26T12:00:09Z        | |    | 9000    | 0",
        "anthropic-ratelimit-output-tokens-remaining=0;"
            + "anthropic-ratelimit-output-tokens-reset=2026-11-26T12:00:02Z   | |    | 2000    | 0",
        "x-ratelimit-remaining-requests=0;x-ratelimit-reset-requests=1s;"
            + "x-ratelimit-remaining-tokens=0;x-ratelimit-reset-tokens=3s     | |    | 3000    | 0",
      })
  void aHeaderCountsWhereItsValueCanBeMeant(
      String headers, Long requests, Long tokens, Long waitMillis, int ignored) {
    RateHeaders read = RateHeaders.of(reply(200, headers), NOW);
    assertThat(read.requests()).isEqualTo(optional(requests));
    assertThat(read.tokens()).isEqualTo(optional(tokens));
    assertThat(read.usedUpFor()).isEqualTo(Optional.ofNullable(waitMillis).map(Duration::ofMillis));
    assertThat(read.ignored()).isEqualTo(ignored);
    assertThat(RateHeaders.of(reply(429, headers), NOW).usedUpFor())
        .as("a failure has a wait of its own")
        .isEmpty();
  }

  private static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static HttpReply reply(int status, String headers) {
    Map<String, String> all =
        Arrays.stream(Optional.ofNullable(headers).orElse("").split(";"))
            .filter(pair -> !pair.isBlank())
            .map(pair -> pair.strip().split("="))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    return new HttpReply(
        status,
        name -> all.get(name.toLowerCase(Locale.ROOT)),
        new byte[0],
        new Redactor(Optional.empty()));
  }
}
