package orcaflow.agents.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTest {

  private static final String QUESTION = "Sam has 2 coins. $1 \\0?\r\nHow many?\u200b";

  static Stream<Arguments> prompts() {
    return Stream.of(
        Arguments.of("ask-me-anything/ask-me-anything.v2", Map.of("problem", QUESTION)),
        Arguments.of("suggest-and-edit/suggester.v2", Map.of("problem", QUESTION)),
        Arguments.of(
            "suggest-and-edit/editor.v2",
            Map.of("problem", QUESTION, "suggestions", "1. Add a sale.\n2. Double it.")),
        Arguments.of("solve/teacher.v2", Map.of("problem", QUESTION)),
        Arguments.of(
            "judge/judge.v2", Map.of("problem", QUESTION, "reference", "2", "student", "#### 2")));
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void rendersAsStored(String name, Map<String, String> values) throws IOException {
    String rendered =
        Prompt.load(name).render(values).stream()
            .map(message -> message.role() + "\n" + message.content() + "\n")
            .collect(Collectors.joining("---\n"));
    assertThat(rendered).isEqualTo(resource("/prompts-rendered/" + name + ".txt"));
  }

  /** Events of earlier runs carry these ids. */
  @ParameterizedTest
  @CsvSource({
    "ask-me-anything/ask-me-anything.v1, 4dc1a7be829c",
    "ask-me-anything/ask-me-anything.v2, cc1f4b0bc718",
    "judge/judge.v1, 6278ab50a2c7",
    "judge/judge.v2, 206b132ceeb6",
    "solve/teacher.v1, 758a8856b280",
    "solve/teacher.v2, 4419bec5388a",
    "suggest-and-edit/editor.v1, 70461dece867",
    "suggest-and-edit/editor.v2, d10ae908f4ae",
    "suggest-and-edit/suggester.v1, 7a9b7a03ca14",
    "suggest-and-edit/suggester.v2, 21216b268c44",
  })
  void aVersionStaysAsItIs(String name, String hash) throws IOException {
    assertThat(Ids.named(name, Ids.contentHash(resource("/prompts/" + name + ".txt"))))
        .isEqualTo(name + "@" + hash);
  }

  @Test
  void promptAndValuesMustFit() {
    Prompt prompt = Prompt.of("p", "S\n---\n<a-{{fence}}>\n{{a}}\n</a-{{fence}}>\n");
    assertThat(prompt.id()).matches("p@[0-9a-f]{12}");
    assertThatThrownBy(() -> prompt.render(Map.of()))
        .hasMessageContaining("has places for [a], and [] is given");
    assertThatThrownBy(() -> prompt.render(Map.of("a", "x", "b", "y")))
        .hasMessageContaining("has places for [a], and [a, b] is given");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "S\n---\n{{a}}",
        "S {{a}}\n---\nU",
        "S\n---\n<a-{{fence}}>\n{{b}}\n</a-{{fence}}>",
        "S\n---\n<a-{{fence}}>\n{{a}}\n</b-{{fence}}>",
        "S\n---\nText: <a-{{fence}}>\n{{a}}\n</a-{{fence}}>",
        "S {{fence}}\n---\n<a-{{fence}}>\n{{a}}\n</a-{{fence}}>",
      })
  void everyVariableIsFenced(String text) {
    assertThatThrownBy(() -> Prompt.of("p", text)).hasMessageContaining("without a fence");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = PromptTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
