package orcaflow.schemas.answer;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.events.VerdictValue;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerPlaces.Place;
import orcaflow.schemas.answer.AnswerValue.Quantity;
import orcaflow.schemas.answer.FinalAnswer.How;

/** What a text says behind its marked answer: it may take the answer back or mark another. */
final class Afterwards {

  private static final Pattern RETRACTION =
      Pattern.compile(
          "(?i)(?:(?<=[.!?;\\n]) ?|^ ?)(?:\\p{Punct}{0,3}+)(wait|hold on|hmm+|oops|actually"
              + "|correction|scratch that|on second thought|no[,:.-]|but wait"
              + "|let me (?:double[- ]?|re-?)?"
              + "check|let's (?:double[- ]?|re-?)?check|i made a mistake"
              + "|that(?:'s| is) (?:wrong"
              + "|not right)|i was wrong|sorry, )");
  private static final Pattern CHECK = Pattern.compile("(?i)let.*|hmm+");

  private final String text;

  Afterwards(String text) {
    this.text = text;
  }

  static boolean takesBack(String between) {
    return RETRACTION.matcher(between).find();
  }

  /** The reading of a place, or what the text behind it makes of it. */
  Reading mended(Place place) {
    int end = Math.min(place.end(), text.length());
    String rest = text.substring(end);
    if (!(place.reading() instanceof Reading.Found found) || !Clauses.saysSomething(rest)) {
      return place.reading();
    }
    Matcher retraction = RETRACTION.matcher(rest);
    if (retraction.find()) {
      boolean check = CHECK.matcher(retraction.group(1)).matches();
      return revised(found, rest.substring(retraction.end()), check);
    }
    return found.answer().how().compareTo(How.STATED) < 0 ? unlessOther(found, rest) : found;
  }

  private static Reading revised(Reading.Found before, String rest, boolean check) {
    List<Token> numbers = Token.of(rest).stream().filter(Token::isNumber).toList();
    Optional<Reading> marked = marked(rest);
    if (marked.isPresent()) {
      return marked.get();
    }
    if (numbers.isEmpty()) {
      return check || !rest.contains("wrong") ? before : new Reading.Open(Reason.TAKEN_BACK);
    }
    Reading last = new LastSentence(rest).read();
    boolean same = last.found().filter(answer -> !differ(before.answer(), answer)).isPresent();
    if (same) {
      return before;
    }
    boolean one = numbers.stream().map(Token::text).distinct().count() == 1;
    return !check && one && last instanceof Reading.Found found
        ? found.stated()
        : new Reading.Open(Reason.TAKEN_BACK);
  }

  private static Optional<Reading> marked(String rest) {
    return new Boxes(rest).find().or(() -> new StatedAnswers(rest).find()).map(Place::reading);
  }

  /** A weaker mark behind the chosen one that says another number. */
  private static Reading unlessOther(Reading.Found found, String rest) {
    Optional<FinalAnswer> other = marked(rest).flatMap(Reading::found);
    boolean number = found.answer().value() instanceof Quantity;
    return number
            && other.filter(answer -> answer.value() instanceof Quantity).isPresent()
            && differ(found.answer(), other.get())
        ? new Reading.Open(Reason.MARKS_DIFFER)
        : found;
  }

  private static boolean differ(FinalAnswer one, FinalAnswer other) {
    return AnswerMatcher.compare(one.value(), other.value()).verdict() == VerdictValue.MISMATCH;
  }
}
