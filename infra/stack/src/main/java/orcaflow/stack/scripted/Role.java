package orcaflow.stack.scripted;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The jobs of the agents: how a system message calls for each, and what a user message holds. */
enum Role {
  ASK_ME_ANYTHING("You are Ask-Me-Anything.", "Problem:"),
  SUGGESTER("You are Suggester.", "Problem:"),
  EDITOR("You are Editor.", "Problem:", "Suggestions:"),
  TEACHER("You are a careful mathematics teacher.", "Problem:"),
  JUDGE("You are Judge.", "Problem:", "Reference answer:", "Student answer:");

  private final String opening;
  private final List<String> headings;

  Role(String opening, String... headings) {
    this.opening = opening;
    this.headings = List.of(headings);
  }

  /** The role a system message begins with. */
  static Optional<Role> of(String system) {
    return Arrays.stream(values())
        .filter(role -> system.stripLeading().startsWith(role.opening))
        .findFirst();
  }

  List<String> headings() {
    return headings;
  }
}
