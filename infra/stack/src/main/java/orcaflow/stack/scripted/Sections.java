package orcaflow.stack.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a user message into its sections. Each stands in a fence, {@code <problem-1a2b>} to {@code
 * </problem-1a2b>}, where all fences have the mark of the first; or, in a message that does not
 * begin with a fence, under a heading alone on its line. Headings count in their order and once:
 * what a student's answer (always the last section) says under a heading of its own is part of that
 * answer.
 */
final class Sections {

  private static final Pattern OPENING = Pattern.compile("<[a-z]+-([0-9a-f]+)>\\n");

  private Sections() {}

  /** The texts of the sections, one each, or nothing when one is missing. */
  static Optional<List<String>> read(String message, List<Role.Section> sections) {
    Matcher opening = OPENING.matcher(message);
    return opening.lookingAt()
        ? fenced(message, opening.group(1), sections)
        : headed(message, sections.stream().map(Role.Section::heading).toList());
  }

  private static Optional<List<String>> fenced(
      String message, String mark, List<Role.Section> sections) {
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (Role.Section section : sections) {
      String opening = "<%s-%s>\n".formatted(section.fence(), mark);
      int end = message.indexOf("\n</%s-%s>".formatted(section.fence(), mark), at);
      if (!message.startsWith(opening, at) || end < at + opening.length()) {
        return Optional.empty();
      }
      texts.add(message.substring(at + opening.length(), end).strip());
      at = message.indexOf('<', end + opening.length() + 1);
      at = at < 0 ? message.length() : at;
    }
    return Optional.of(List.copyOf(texts));
  }

  private static Optional<List<String>> headed(String message, List<String> headings) {
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
