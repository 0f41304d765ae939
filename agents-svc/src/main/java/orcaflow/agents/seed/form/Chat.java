package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;

/**
 * A chat, {@code messages} with role and content or {@code conversations} with from and value: the
 * first message of the user is the question, the first of the assistant behind it the solution.
 */
record Chat(String list, String role, String content) implements Form {

  private static final Set<String> USER = Set.of("user", "human");
  private static final Set<String> ASSISTANT = Set.of("assistant", "gpt", "model");

  @Override
  public String name() {
    return "chat " + list;
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path(list).isArray() && !row.has("question");
  }

  @Override
  public Draft read(JsonNode row) throws Defect {
    Optional<String> question = Optional.empty();
    for (JsonNode message : row.path(list)) {
      String who = message.path(role).asText();
      if (question.isEmpty() && USER.contains(who)) {
        question = Cell.text(message, content);
      } else if (question.isPresent() && ASSISTANT.contains(who)) {
        return Draft.of(question.get(), Cell.values(row, "answer"), Cell.text(message, content));
      }
    }
    return Draft.of(question.orElse(""), Cell.values(row, "answer"), Optional.empty());
  }
}
