package orcaflow.schemas.answer;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerValue.Choice;
import orcaflow.schemas.answer.AnswerValue.Computed;
import orcaflow.schemas.answer.AnswerValue.Formula;
import orcaflow.schemas.answer.AnswerValue.Labelled;
import orcaflow.schemas.answer.AnswerValue.Quantity;
import orcaflow.schemas.answer.AnswerValue.Restated;
import orcaflow.schemas.answer.AnswerValue.Several;
import orcaflow.schemas.answer.AnswerValue.Words;

/**
 * The third stage: reads a whole clause, such as the rest of a {@code ####} line. A clause is a
 * choice, a time, a ratio, a range, one or several numbers with their units, or words; a clause
 * with digits that is none of these to its last token is a {@link Formula}, never a part of it.
 */
final class AnswerParser {

  /** A longer clause is no answer. */
  static final int LONGEST = 2_000;

  /** So many digits are in no case too many for anything that reads a number. */
  private static final int FEW_DIGITS = 15;

  private static final Pattern CHOICE = Pattern.compile("\\(?([A-Ja-j])[).:]?");
  private static final Pattern CHOICE_LABEL =
      Pattern.compile("(?:option |choice )?(?:\\(([A-Ja-j])\\)|([A-J])[).:])\\s?(?=\\S).*");
  private static final Pattern CHOICE_NAMED =
      Pattern.compile("(?i)(?:option|choice)\\s\\(?([a-j])\\)?(?:\\b.*)?");
  private static final Pattern REMARK =
      Pattern.compile("(?<![-+*/×÷^=(,] ?)(?:^| )\\([^()]*+\\)(?! ?[-+*/×÷^=])");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\p{L})\\p{L}(?!\\p{L})");
  private static final Pattern WORD = Pattern.compile("\\p{L}{2}");
  private static final Pattern BY_ZERO = Pattern.compile("\\d ?/ ?0++(?:\\.0++)?(?![\\d.])");

  /** A clause and whether words of a sentence stand before its number. */
  record Clause(AnswerValue value, boolean led) {

    /** Whether it is a sentence, words or a formula rather than a bare value. */
    boolean isProse() {
      return led || value instanceof Words || value instanceof Formula;
    }
  }

  private AnswerParser() {}

  /**
   * A whole number of few digits and nothing else, which most answers to school problems are. It
   * says the same when read by the stages, which costs much more.
   */
  static Optional<AnswerValue> integer(String raw) {
    String text = raw.strip();
    int first = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - first;
    if (digits < 1 || digits > FEW_DIGITS) {
      return Optional.empty();
    }
    for (int i = first; i < text.length(); i++) {
      if (!Numeral.isDigit(text.charAt(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(Quantity.of(BigDecimal.valueOf(Long.parseLong(text))));
  }

  /** Reads an answer, empty if it holds no letter and no digit. */
  static Optional<AnswerValue> parse(String raw) {
    return integer(raw).or(() -> parsed(raw));
  }

  /** The same by the stages alone. */
  static Optional<AnswerValue> parsed(String raw) {
    return readByForm(unwrapped(AnswerText.plain(raw))).map(Clause::value);
  }

  /** Reads a plain text without marks around it. */
  static Optional<Clause> read(String text) {
    Optional<AnswerValue> integer = integer(text);
    return integer.isPresent() ? Optional.of(new Clause(integer.get(), false)) : readByForm(text);
  }

  private static Optional<Clause> readByForm(String text) {
    if (text.chars().noneMatch(Character::isLetterOrDigit)) {
      return Optional.empty();
    }
    if (text.length() > LONGEST) {
      return Optional.of(new Clause(formula(text.substring(0, LONGEST)), true));
    }
    return Optional.of(clause(text));
  }

  /** Whether a clause divides by zero, so that it has no value at all. */
  static boolean dividesByZero(AnswerValue value) {
    return value instanceof Formula formula && BY_ZERO.matcher(formula.text()).find();
  }

  private static Clause clause(String whole) {
    Matcher choice = CHOICE.matcher(whole);
    if (choice.matches()) {
      return new Clause(choice(choice.group(1)), false);
    }
    Matcher named = CHOICE_NAMED.matcher(whole);
    if (named.matches()) {
      return new Clause(choice(named.group(1)), false);
    }
    Matcher label = CHOICE_LABEL.matcher(whole);
    if (label.matches()) {
      boolean bracketed = label.group(1) != null;
      String letter = bracketed ? label.group(1) : label.group(2);
      int end = label.end(bracketed ? 1 : 2) + 1;
      Clause rest = clause(unwrapped(whole.substring(end).strip()));
      return new Clause(new Labelled(choice(letter).letter(), rest.value()), rest.led());
    }
    return TimeAndRatio.read(whole)
        .map(value -> new Clause(value, false))
        .orElseGet(() -> numbers(whole));
  }

  private static Choice choice(String letter) {
    return new Choice(Character.toUpperCase(letter.charAt(0)));
  }

  private static Clause numbers(String whole) {
    String bare = withoutRemarks(whole);
    boolean kept = bare.isEmpty() || (hasDigit(whole) && !hasDigit(bare));
    String text = kept ? whole : bare;
    List<Token> tokens = ClauseList.withoutTimes(NumberWords.read(Token.of(text)));
    if (tokens.stream().noneMatch(Token::isNumber)) {
      return new Clause(wordsOrFormula(whole, tokens), true);
    }
    Optional<ClauseList> list = ClauseList.read(text, tokens);
    Optional<AnswerValue> embedded =
        list.isEmpty() ? TimeAndRatio.embedded(text) : Optional.empty();
    if (embedded.isPresent()) {
      return new Clause(embedded.get(), true);
    }
    return list.map(found -> new Clause(value(found, whole), found.led()))
        .orElseGet(() -> new Clause(formula(whole), isSentence(tokens)));
  }

  /** {@code 18 (9 twos)} says 18, but {@code 2 (x + 1)} needs its brackets. */
  private static String withoutRemarks(String text) {
    return REMARK
        .matcher(text)
        .replaceAll(
            remark ->
                VARIABLE.matcher(remark.group()).find() && !WORD.matcher(remark.group()).find()
                    ? Matcher.quoteReplacement(remark.group())
                    : " ")
        .strip();
  }

  private static AnswerValue value(ClauseList list, String whole) {
    List<ClauseItem.Number> items = list.numbers();
    ClauseItem.Number first = items.get(0);
    if (items.size() == 1) {
      return first
          .close()
          .map(close -> (AnswerValue) new Restated(List.of(first.quantity(), close)))
          .orElse(first.computed() ? new Computed(first.quantity()) : first.quantity());
    }
    List<Quantity> values = items.stream().map(ClauseItem.Number::quantity).toList();
    if (list.either()
        && values.size() == 2
        && QuantityRules.isRoundingOf(values.get(0), values.get(1))) {
      return new Restated(values);
    }
    return new Several(values, list.either(), list.joined(), brackets(whole));
  }

  private static String brackets(String text) {
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    return "([{".indexOf(first) >= 0 && ")]}".indexOf(last) >= 0 ? "" + first + last : "";
  }

  private static AnswerValue wordsOrFormula(String text, List<Token> tokens) {
    boolean formula = tokens.stream().anyMatch(token -> token.isOneOf("√±π^<>≤≥≠"));
    return formula || hasDigit(text) ? formula(text) : new Words(AnswerText.words(text));
  }

  private static Formula formula(String text) {
    return new Formula(AnswerText.words(text));
  }

  /** Whether a text is a sentence with a verb. */
  static boolean isTold(String text) {
    return Token.of(AnswerText.plain(text)).stream()
        .anyMatch(token -> token.isWord() && ClauseWords.isVerb(token));
  }

  /** Whether words of a language stand among the numbers, so that it is no formula. */
  private static boolean isSentence(List<Token> tokens) {
    return tokens.stream().anyMatch(token -> token.isWord() && ClauseWords.isVerb(token))
        || tokens.stream().filter(token -> token.isWord() && token.text().length() > 2).count() > 1;
  }

  static boolean hasDigit(String text) {
    return text.chars().anyMatch(Character::isDigit);
  }

  /** Without the marks and brackets around an answer. */
  static String unwrapped(String text) {
    int from = 0;
    int to = text.length();
    boolean changed = true;
    while (changed) {
      int length = to - from;
      while (to > from && isTrailing(text, from, to - 1)) {
        to--;
      }
      while (from < to && isLeading(text, from)) {
        from++;
      }
      if (text.startsWith("\\boxed", from) && from < to) {
        from += "\\boxed".length();
      }
      if (to - from > 2 && closes(text, from, to)) {
        from++;
        to--;
      }
      changed = to - from != length;
    }
    return text.substring(from, to);
  }

  private static boolean isTrailing(String text, int from, int at) {
    char c = text.charAt(at);
    if (c == '!') {
      return at == from || !Character.isDigit(text.charAt(at - 1));
    }
    if (c == '.' && at > from + 2 && text.startsWith("...", at - 2)) {
      return !Character.isDigit(text.charAt(at - 3));
    }
    if (c == '"' || c == '\'') {
      return !isFeet(text, from, at);
    }
    return c == ' ' || c == '\n' || ".,;:?*\u2009".indexOf(c) >= 0;
  }

  /** The last mark of {@code 5'3"}. */
  private static boolean isFeet(String text, int from, int at) {
    int digits = at;
    while (digits > from && Character.isDigit(text.charAt(digits - 1))) {
      digits--;
    }
    return digits < at
        && digits > from
        && "' ".indexOf(text.charAt(digits - 1)) >= 0
        && text.charAt(at) == '"'
        && text.lastIndexOf('\'', at - 1) >= from;
  }

  private static boolean isLeading(String text, int at) {
    char c = text.charAt(at);
    return c == ' ' || c == '\n' || ":=\"'*,;≈\u2009".indexOf(c) >= 0;
  }

  private static boolean closes(String text, int from, int to) {
    char first = text.charAt(from);
    int kind = "([{".indexOf(first);
    if (kind < 0 || ")]}".charAt(kind) != text.charAt(to - 1)) {
      return false;
    }
    int next = text.indexOf(first, from + 1);
    int comma = text.indexOf(',', from);
    boolean list = comma >= 0 && comma < to;
    return (next < 0 || next >= to) && !list;
  }
}
