package orcaflow.stack.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads exactly the English that {@link EnglishWriter} writes, whatever its case, spaces and
 * punctuation. Everything else is not read at all: a sentence half understood is a wrong answer.
 */
public final class EnglishReader {

  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** A word or a number, or neither where punctuation stands alone. */
  private static final Pattern TOKEN = Pattern.compile("[\"'(]*([a-z]+|[0-9]{1,6}|)[.,;:!?\"')]*");

  private static final Map<String, String> NAMES = lowerCase(Lexicon.NAMES);
  private static final Map<String, String> THINGS = lowerCase(Lexicon.THINGS);
  private static final Map<String, Verb> VERBS =
      Arrays.stream(Verb.values()).collect(Collectors.toMap(Verb::third, verb -> verb));

  /** Longer texts are not read. */
  private static final int MAX_CHARACTERS = 4_000;

  private final List<String> tokens;
  private int next;

  private EnglishReader(List<String> tokens) {
    this.tokens = tokens;
  }

  /** The problem a text tells, or nothing when it is not this English. */
  public static Optional<Problem> read(String text) {
    try {
      return Optional.of(new EnglishReader(tokens(text)).problem()).filter(Problem::asksClearly);
    } catch (OtherEnglish e) {
      return Optional.empty();
    }
  }

  /** The event that a single sentence adds to a problem, or nothing. */
  public static Optional<Event> readEvent(Problem problem, String sentence) {
    try {
      EnglishReader reader = new EnglishReader(tokens(sentence));
      Event event = reader.event(problem.owner(), problem.thing());
      reader.end();
      return Optional.of(event).filter(e -> !e.amounts().contains(Amount.UNKNOWN));
    } catch (OtherEnglish e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> lowerCase(List<String> words) {
    return words.stream()
        .collect(Collectors.toMap(word -> word.toLowerCase(Locale.ROOT), word -> word));
  }

  private static List<String> tokens(String text) throws OtherEnglish {
    if (text.length() > MAX_CHARACTERS) {
      throw new OtherEnglish();
    }
    List<String> tokens = new ArrayList<>();
    for (String chunk : SPACE.split(text.strip().toLowerCase(Locale.ROOT))) {
      Matcher token = TOKEN.matcher(chunk);
      if (!token.matches()) {
        throw new OtherEnglish();
      }
      if (!token.group(1).isEmpty()) {
        tokens.add(token.group(1));
      }
    }
    return tokens;
  }

  private Problem problem() throws OtherEnglish {
    String owner = name();
    take("has");
    Amount start = amount();
    String thing = oneOf(THINGS);
    List<Event> events = new ArrayList<>();
    while (!at("now") && !at("how")) {
      events.add(event(owner, thing));
    }
    Amount total = at("now") ? total(owner, thing) : Amount.UNKNOWN;
    Problem problem = checked(owner, thing, start, events, total);
    take(tokens(EnglishWriter.question(problem)).toArray(String[]::new));
    end();
    return problem;
  }

  private Amount total(String owner, String thing) throws OtherEnglish {
    take("now", owner, "has");
    Amount total = number();
    take(thing);
    return total;
  }

  private Event event(String owner, String thing) throws OtherEnglish {
    if (at("then")) {
      take("then", owner, "has");
      int factor = at("twice") ? 2 : 3;
      take(factor == 2 ? new String[] {"twice"} : new String[] {"three", "times"});
      take("as", "many");
      take(thing);
      return new Event.Times(factor);
    }
    take(owner);
    Verb verb = oneOf(VERBS);
    Amount amount = amount();
    if (verb == Verb.BUY && at("boxes")) {
      take("boxes", "of");
      Amount each = at(thing) ? Amount.UNKNOWN : number();
      take(thing);
      return new Event.Boxes(amount, each);
    }
    take(thing);
    if (!verb.hasPartner()) {
      return new Event.Change(verb, amount, Optional.empty());
    }
    take(verb.preposition());
    String partner = name();
    if (partner.equals(owner)) {
      throw new OtherEnglish();
    }
    return new Event.Change(verb, amount, Optional.of(partner));
  }

  private static Problem checked(
      String owner, String thing, Amount start, List<Event> events, Amount total)
      throws OtherEnglish {
    try {
      return new Problem(owner, thing, start, events, total);
    } catch (IllegalArgumentException e) {
      throw new OtherEnglish();
    }
  }

  private String name() throws OtherEnglish {
    return oneOf(NAMES);
  }

  private <T> T oneOf(Map<String, T> words) throws OtherEnglish {
    if (next == tokens.size() || !words.containsKey(tokens.get(next))) {
      throw new OtherEnglish();
    }
    return words.get(tokens.get(next++));
  }

  private Amount amount() throws OtherEnglish {
    if (at("some")) {
      next++;
      return Amount.UNKNOWN;
    }
    return number();
  }

  private Amount number() throws OtherEnglish {
    if (next == tokens.size() || !Character.isDigit(tokens.get(next).charAt(0))) {
      throw new OtherEnglish();
    }
    return Amount.of(Long.parseLong(tokens.get(next++)));
  }

  private void take(String... words) throws OtherEnglish {
    for (String word : words) {
      if (!at(word.toLowerCase(Locale.ROOT))) {
        throw new OtherEnglish();
      }
      next++;
    }
  }

  private boolean at(String word) {
    return next < tokens.size() && tokens.get(next).equals(word);
  }

  private void end() throws OtherEnglish {
    if (next != tokens.size()) {
      throw new OtherEnglish();
    }
  }

  /** The text is not of this English; caught inside the reader. */
  private static final class OtherEnglish extends Exception {
    OtherEnglish() {
      super("not this English", null, false, false);
    }
  }
}
