package orcaflow.stack.scripted;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The jobs of the agents: how a system message calls for each, and what a user message holds. */
enum Role {
  ASK_ME_ANYTHING("You are Ask-Me-Anything.", Section.PROBLEM),
  SUGGESTER("You are Suggester.", Section.PROBLEM),
  EDITOR("You are Editor.", Section.PROBLEM, Section.SUGGESTIONS),
  TEACHER("You are a careful mathematics teacher.", Section.PROBLEM),
  JUDGE("You are Judge.", Section.PROBLEM, Section.REFERENCE, Section.STUDENT);

  /** One text of a user message: its name in a fence, and its heading where there is no fence. */
  enum Section {
    PROBLEM("problem", "Problem:"),
    SUGGESTIONS("suggestions", "Suggestions:"),
    REFERENCE("reference", "Reference answer:"),
    STUDENT("student", "Student answer:");

    private final String fence;
    private final String heading;

    Section(String fence, String heading) {
      this.fence = fence;
      this.heading = heading;
    }

    String fence() {
      return fence;
    }

    String heading() {
      return heading;
    }
  }

  private final String opening;
  private final List<Section> sections;

  Role(String opening, Section... sections) {
    this.opening = opening;
    this.sections = List.of(sections);
  }

  /** The role a system message begins with. */
  static Optional<Role> of(String system) {
    return Arrays.stream(values())
        .filter(role -> system.stripLeading().startsWith(role.opening))
        .findFirst();
  }

  List<Section> sections() {
    return sections;
  }
}
