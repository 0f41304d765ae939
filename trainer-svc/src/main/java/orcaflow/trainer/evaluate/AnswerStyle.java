package orcaflow.trainer.evaluate;

import java.util.Locale;

/** How an answer is written: {@code 4 * 3 = 12 #### 12} is worked, {@code #### 12} is bare. */
enum AnswerStyle {
  WORKED,
  BARE;

  private static final String MARK = "####";

  /** A bare answer has nothing before the mark of the final answer, or is a single word. */
  static AnswerStyle of(String answer) {
    String text = answer.strip();
    int mark = text.indexOf(MARK);
    boolean bare = mark >= 0 ? mark == 0 : text.chars().noneMatch(Character::isWhitespace);
    return bare ? BARE : WORKED;
  }

  /** Its code in events. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
