package orcaflow.stack.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a user message at its headings, each alone on its line. Headings count in their order and
 * once: what a student's answer (always the last section) says under a heading of its own is part
 * of that answer.
 */
final class Sections {

  private Sections() {}

  /** The texts under the headings, one each, or nothing when a heading is missing. */
  static Optional<List<String>> read(String message, List<String> headings) {
    List<List<String>> sections = new ArrayList<>();
    for (String line : message.lines().toList()) {
      boolean expected =
          sections.size() < headings.size() && line.strip().equals(headings.get(sections.size()));
      if (expected) {
        sections.add(new ArrayList<>());
      } else if (!sections.isEmpty()) {
        sections.get(sections.size() - 1).add(line);
      }
    }
    return sections.size() == headings.size()
        ? Optional.of(sections.stream().map(lines -> String.join("\n", lines).strip()).toList())
        : Optional.empty();
  }
}
