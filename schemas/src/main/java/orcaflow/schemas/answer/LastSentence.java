package orcaflow.schemas.answer;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orcaflow.schemas.answer.AnswerMatcher.Reason;
import orcaflow.schemas.answer.AnswerParser.Clause;
import orcaflow.schemas.answer.AnswerValue.Formula;
import orcaflow.schemas.answer.AnswerValue.Words;
import orcaflow.schemas.answer.FinalAnswer.How;

/**
 * The last number of a text that marks no answer: in the last sentence with a number, the last
 * clause with one, read to both sides as far as it belongs together.
 */
final class LastSentence {

  private static final Pattern REFUSAL =
      Pattern.compile(
          "(?i)\\b(?:cannot|can't|can not|could not|couldn't|unable to)(?: \\w{1,20}+)?? "
              + "(?:solve|determine|tell|answer|find|say|know|compute|calculate"
              + "|help|figure|do this|provide)\\b"
              + "|\\bnot enough information|\\b(?:insufficient|missing) information"
              + "|\\bimpossible to (?:tell|say|determine|know|solve)");
  private static final Pattern REMARK =
      Pattern.compile("(?<![-+*/×÷^=(,] ?) ?\\([^()\\n]*+\\)(?! ?[-+*/×÷^=])");
  private static final Pattern BREAKS_OFF =
      Pattern.compile(
          "(?i)(?:[-+*/×÷=(,<]|\\b(?:the|a|an|of|to|by|and|or|with|for|from|in|is|are|then|we|that"
              + "|so|because|at|on|as|than|if|her|his|their|its|plus|minus|times|will|has|have"
              + "|would|each|per))$");
  private static final Set<String> GLUE =
      Set.of(
          "to",
          "and",
          "x",
          "plus",
          "minus",
          "times",
          "divided",
          "multiplied",
          "by",
          "of",
          "out",
          "less",
          "more",
          "than",
          "between",
          "power",
          "the",
          "squared",
          "cubed",
          "percent",
          "vs",
          "negative",
          "over",
          "point",
          "or",
          "not",
          "in",
          "first",
          "after",
          "step",
          "version",
          "within",
          "during",
          "every",
          "about",
          "ratio");
  private static final Pattern FLAT_REFUSAL =
      Pattern.compile(
          "(?i)\\s{0,8}+I (?:cannot|can not|can't|am unable to) (?:do|solve|tell|answer|help|say"
              + "|determine)"
              + "(?: (?:it|this|that|you|the (?:problem|question|task|answer)"
              + "|this (?:problem|one)))?[.!]");
  private static final String MATHEMATICS = "+-*/×÷^=≈()%$€£¥₹<>≤≥≠±√→!|:'\"";
  private static final int LOOP = 4;

  private final String text;

  LastSentence(String text) {
    this.text = text;
  }

  /** {@code I cannot do it.}: a number behind that is none that the text stands for. */
  static boolean beginsAsRefusal(String text) {
    return FLAT_REFUSAL.matcher(text).lookingAt();
  }

  Reading read() {
    if (text.isBlank()) {
      return new Reading.None();
    }
    int last = lastDigit();
    int start = last < 0 ? Clauses.lineStart(text, text.length()) : sentenceOf(last);
    Matcher refusal = REFUSAL.matcher(text);
    if (refusal.find()) {
      return last < 0 || Clauses.sentenceStart(text, refusal.start()) >= start
          ? new Reading.None()
          : new Reading.Open(Reason.REFUSED);
    }
    if (last < 0) {
      return inWords(text.substring(start));
    }
    if (breaksOff() || loops()) {
      return new Reading.Open(Reason.CUT_OFF);
    }
    int end = Clauses.sentenceEnd(text, last);
    return sentence(text.substring(start, end));
  }

  private int lastDigit() {
    int last = text.length() - 1;
    while (last >= 0 && !Numeral.isDigit(text.charAt(last))) {
      last--;
    }
    return last;
  }

  private int sentenceOf(int at) {
    return Clauses.sentenceStart(text, at);
  }

  private boolean breaksOff() {
    return breaksOff(text);
  }

  /** Whether a text ends in a word or a sign that something must follow. */
  static boolean breaksOff(String text) {
    String tail = text.substring(Math.max(0, text.length() - 40)).strip();
    return BREAKS_OFF.matcher(tail).find();
  }

  /** The same line over and over. */
  private boolean loops() {
    String[] lines = text.substring(Math.max(0, text.length() - 2_000)).split("\n");
    int same = 1;
    for (int i = lines.length - 1; i > 0 && same < LOOP; i--) {
      if (!lines[i].equals(lines[i - 1]) || lines[i].isBlank()) {
        return false;
      }
      same++;
    }
    return same >= LOOP;
  }

  /** {@code There are twelve.} In a sentence {@code one} is no number. */
  private Reading inWords(String line) {
    String bare = AnswerParser.unwrapped(line);
    List<Token> tokens = Token.of(bare);
    if (bare.length() > AnswerParser.LONGEST || tokens.isEmpty()) {
      return new Reading.None();
    }
    boolean none =
        tokens.stream().anyMatch(token -> token.is("none"))
            && tokens.stream().anyMatch(token -> token.is("left") || token.is("remain"));
    if (none) {
      return FinalAnswer.reading(
          "0", AnswerValue.Quantity.of(java.math.BigDecimal.ZERO), How.LAST_NUMBER);
    }
    List<Token> read = NumberWords.read(tokens);
    List<Token> numbers = read.stream().filter(Token::isNumber).toList();
    boolean one = numbers.isEmpty() || numbers.get(0).text().equals("one");
    if (one || read.stream().anyMatch(token -> token.is("no"))) {
      return new Reading.None();
    }
    if (breaksOff()) {
      return new Reading.Open(Reason.CUT_OFF);
    }
    Optional<Clause> clause = AnswerParser.read(bare);
    return clause.isEmpty() || clause.get().value() instanceof Words
        ? new Reading.None()
        : segment(bare, read, numbers.size());
  }

  private Reading sentence(String whole) {
    String bare = REMARK.matcher(whole).replaceAll(" ").strip();
    String sentence = AnswerParser.hasDigit(bare) ? bare : whole.strip();
    List<Token> tokens = NumberWords.read(Token.of(sentence));
    long numbers = tokens.stream().filter(Token::isNumber).count();
    return segment(sentence, tokens, numbers);
  }

  /** Reads around the last number from the first token that belongs to it. */
  private static Reading segment(String sentence, List<Token> tokens, long numbers) {
    int last = tokens.size() - 1;
    while (last >= 0 && !tokens.get(last).isNumber()) {
      last--;
    }
    if (last < 0) {
      return new Reading.None();
    }
    int first = last;
    while (first > 0 && belongs(tokens, first - 1)) {
      first--;
    }
    while (first < last && isLoose(tokens.get(first))) {
      first++;
    }
    if (numbers > 1 && isTime(tokens, last)) {
      return new Reading.Open(Reason.SEVERAL_VALUES);
    }
    String around = AnswerParser.unwrapped(sentence.substring(tokens.get(first).start()));
    Optional<Clause> clause = AnswerParser.read(Clauses.cut(around));
    if (clause.isEmpty()) {
      return new Reading.None();
    }
    if (clause.get().value() instanceof Formula || clause.get().value() instanceof Words) {
      return new Reading.Open(Reason.NOT_PLAIN);
    }
    String shown = shown(sentence, tokens, first, last);
    Optional<Clause> again = AnswerParser.read(shown);
    boolean same = again.filter(short_ -> short_.value().equals(clause.get().value())).isPresent();
    return FinalAnswer.reading(same ? shown : around, clause.get().value(), How.LAST_NUMBER);
  }

  /** Up to the number and what counts or measures it. */
  private static String shown(String sentence, List<Token> tokens, int first, int last) {
    int end = last;
    boolean goesOn = true;
    while (goesOn && end + 1 < tokens.size()) {
      Token next = tokens.get(end + 1);
      goesOn =
          next.isOneOf("%¢!)'\"")
              || next.isWord()
                  && (MeasureUnit.named(next.text()).isPresent()
                      || NumberWords.multiplier(next.text()).isPresent()
                      || Set.of("percent", "am", "pm", "k", "squared", "cubed")
                          .contains(next.text()));
      end += goesOn ? 1 : 0;
    }
    return AnswerParser.unwrapped(
        sentence.substring(tokens.get(first).start(), tokens.get(end).end()));
  }

  /** Whether a token before a number is no word of its own. */
  private static boolean belongs(List<Token> tokens, int at) {
    Token token = tokens.get(at);
    boolean decimalComma =
        token.is(",")
            && !token.spaced()
            && at > 0
            && tokens.get(at - 1).isNumber()
            && tokens.get(at + 1).isNumber()
            && !tokens.get(at + 1).spaced();
    if (decimalComma || token.isNumber() || token.isOneOf(MATHEMATICS)) {
      return true;
    }
    if (!token.isWord()) {
      return false;
    }
    boolean unit = at > 0 && tokens.get(at - 1).isNumber() && isUnit(token);
    return unit
        || GLUE.contains(token.text())
        || ClauseWords.changesBefore(token)
        || (ClauseWords.changesBehind(token) && !token.is("below"));
  }

  private static boolean isUnit(Token token) {
    return MeasureUnit.named(token.text()).isPresent()
        || NumberWords.multiplier(token.text()).isPresent();
  }

  private static boolean isLoose(Token token) {
    return token.isOneOf("/*:)!'\"")
        || Set.of(
                "and", "of", "by", "to", "the", "or", "out", "more", "over", "in", "first", "after",
                "within", "during", "every", "about", "point")
            .contains(token.text());
  }

  /** Whether the last number says when: {@code in the first 15 minutes}. */
  private static boolean isTime(List<Token> tokens, int last) {
    String digits = tokens.get(last).text();
    boolean year = digits.length() == 4 && (digits.startsWith("19") || digits.startsWith("20"));
    if (year && last > 0 && tokens.get(last - 1).is("in")) {
      return true;
    }
    for (int at = Math.max(0, last - 3); at < last; at++) {
      if (ClauseList.timeEnd(tokens, at) == last + 2) {
        return true;
      }
    }
    return false;
  }
}
