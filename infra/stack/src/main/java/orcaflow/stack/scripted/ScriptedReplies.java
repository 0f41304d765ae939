package orcaflow.stack.scripted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import orcaflow.stack.words.AskMeAnything;
import orcaflow.stack.words.Editor;
import orcaflow.stack.words.EnglishReader;
import orcaflow.stack.words.Judge;
import orcaflow.stack.words.SolutionStyle;
import orcaflow.stack.words.Suggester;
import orcaflow.stack.words.Teacher;

/**
 * What the scripted model answers: a pure function of the messages and the sample's index. The
 * system message says whose job it is; without one of ours the last user message is solved as a
 * problem. Nothing else in the messages is obeyed.
 */
public final class ScriptedReplies {

  /** The answer to everything outside the English. */
  public static final String CANNOT = "I cannot solve this";

  private final Teacher teacher;

  public ScriptedReplies(List<SolutionStyle> styles) {
    this.teacher = new Teacher(styles);
  }

  /** The reply to a conversation, {@value #CANNOT} where there is none. */
  public String reply(List<Message> messages, int sample) {
    Optional<Role> role =
        messages.stream()
            .filter(Message::isInstruction)
            .findFirst()
            .flatMap(system -> Role.of(system.content()));
    return lastFirst(messages).stream()
        .filter(Message::isFromUser)
        .flatMap(user -> reply(role, user.content(), sample).stream())
        .findFirst()
        .orElse(CANNOT);
  }

  private Optional<String> reply(Optional<Role> role, String user, int sample) {
    if (role.isEmpty()) {
      return EnglishReader.read(user).flatMap(problem -> teacher.reply(problem, sample));
    }
    return Sections.read(user, role.get().sections())
        .flatMap(sections -> reply(role.get(), sections, sample));
  }

  private Optional<String> reply(Role role, List<String> sections, int sample) {
    if (role == Role.JUDGE) {
      return Optional.of(Judge.reply(sections.get(1), sections.get(2)));
    }
    return EnglishReader.read(sections.get(0))
        .flatMap(
            problem ->
                switch (role) {
                  case ASK_ME_ANYTHING -> AskMeAnything.reply(problem);
                  case SUGGESTER -> Suggester.reply(problem);
                  case EDITOR -> Editor.reply(problem, sections.get(1));
                  case TEACHER -> teacher.reply(problem, sample);
                  case JUDGE -> throw new IllegalStateException("judged above");
                });
  }

  private static List<Message> lastFirst(List<Message> messages) {
    List<Message> reversed = new ArrayList<>(messages);
    Collections.reverse(reversed);
    return reversed;
  }
}
