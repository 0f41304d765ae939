package orcaflow.schemas.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerPlaces.Place;
import orcaflow.schemas.answer.FinalAnswer.How;

/**
 * The boxes of a text. The last one counts, with those of its line and of the lines next to it; an
 * empty one is none.
 */
final class Boxes {

  private static final String BOX = "\\boxed";
  private static final int LONGEST = 400;
  private static final Pattern NOTHING_NEW = Pattern.compile("[\\s,;.&]*+(?:and|or)?[\\s,;]*+");

  private final String text;

  Boxes(String text) {
    this.text = text;
  }

  private record Box(String inner, int start, int end) {

    boolean isEmpty() {
      return !Clauses.saysSomething(inner);
    }
  }

  Optional<Place> find() {
    List<Box> boxes = all();
    if (boxes.isEmpty()) {
      return Optional.empty();
    }
    int last = boxes.size() - 1;
    while (last > 0 && boxes.get(last).isEmpty()) {
      last--;
    }
    Box box = boxes.get(last);
    if (box.isEmpty()) {
      boolean goesOn = AnswerParser.hasDigit(text.substring(boxes.get(boxes.size() - 1).end()));
      return goesOn ? Optional.empty() : Optional.of(new Place(new Reading.None(), text.length()));
    }
    int first = last;
    while (first > 0 && belongs(boxes.get(first - 1), boxes.get(first))) {
      first--;
    }
    String clause =
        boxes.subList(first, last + 1).stream()
            .filter(each -> !each.isEmpty())
            .map(Box::inner)
            .collect(Collectors.joining("; "));
    if (isOperand(box.end())) {
      return Optional.of(new Place(new Reading.Open(Reason.NOT_PLAIN), box.end()));
    }
    String percent = text.startsWith("%", box.end()) ? "%" : "";
    return Optional.of(
        FinalAnswer.read(clause + percent, How.BOXED)
            .map(reading -> new Place(reading, box.end()))
            .orElse(new Place(new Reading.None(), box.end())));
  }

  /** Whether two boxes say one answer: on one line without a word of retraction, or in a row. */
  private boolean belongs(Box one, Box other) {
    String between = text.substring(one.end(), other.start());
    return between.indexOf('\n') < 0
        ? !Afterwards.takesBack(between)
        : NOTHING_NEW.matcher(between).matches();
  }

  /** {@code \boxed{20} \times 3} is more than the box. */
  private boolean isOperand(int end) {
    int at = end;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    int next = at + 1;
    while (next < text.length() && text.charAt(next) == ' ') {
      next++;
    }
    return next < text.length()
        && "×*/^+÷".indexOf(text.charAt(at)) >= 0
        && Character.isDigit(text.charAt(next));
  }

  private List<Box> all() {
    List<Box> boxes = new ArrayList<>();
    for (int at = text.indexOf(BOX); at >= 0; ) {
      Box box = box(at);
      boxes.add(box);
      at = text.indexOf(BOX, Math.max(box.end(), at + BOX.length()));
    }
    return boxes;
  }

  /** What stands between the braces, or the word behind; to the line's end where none closes. */
  private Box box(int start) {
    int open = start + BOX.length();
    while (open < text.length() && text.charAt(open) == ' ') {
      open++;
    }
    if (open >= text.length() || text.charAt(open) != '{') {
      int end = open;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      return new Box(text.substring(open, end), start, end);
    }
    int depth = 0;
    int at = open;
    for (; at < text.length() && at - open < LONGEST; at++) {
      char c = text.charAt(at);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return new Box(text.substring(open + 1, at), start, at + 1);
      }
    }
    int line = Math.min(at, Clauses.lineEnd(text, open));
    return new Box(text.substring(open + 1, line), start, line);
  }
}
