package orcaflow.schemas.answer;

import java.util.Set;

/** Words that make more of a clause than a number with its unit. */
final class ClauseWords {

  /** Before a number these make an inequality, a denial or a formula of it. */
  private static final Set<String> BEFORE =
      Set.of(
          "not",
          "never",
          "no",
          "cannot",
          "can't",
          "isn't",
          "wasn't",
          "aren't",
          "without",
          "except",
          "less",
          "fewer",
          "than",
          "below",
          "above",
          "under",
          "least",
          "most",
          "greater",
          "larger",
          "smaller",
          "exceeds",
          "exceed",
          "beyond",
          "double",
          "twice",
          "triple",
          "thrice",
          "square",
          "cube",
          "root",
          "log",
          "ln",
          "sin",
          "cos",
          "tan",
          "sqrt",
          "squared",
          "cubed",
          "power",
          "half",
          "third",
          "quarter",
          "minus",
          "modulo",
          "mod",
          "factorial",
          "sum",
          "product",
          "difference",
          "neither",
          "nor",
          "pi",
          "step",
          "version",
          "between");

  /** Behind a number. */
  private static final Set<String> BEHIND =
      Set.of(
          "less",
          "fewer",
          "minus",
          "plus",
          "divided",
          "multiplied",
          "squared",
          "cubed",
          "power",
          "vs",
          "versus",
          "mod",
          "modulo",
          "factorial",
          "not",
          "below",
          "sqrt",
          "pi",
          "remainder",
          "choose",
          "raised");

  private static final Set<String> LETTERS = Set.of("a", "i", "m", "g", "l", "s", "h", "c", "f");

  /** After a comma or a semicolon these begin a remark that is no part of the answer. */
  private static final Set<String> REMARKS =
      Set.of(
          "assuming",
          "if",
          "since",
          "because",
          "which",
          "that",
          "given",
          "as",
          "so",
          "with",
          "where",
          "when",
          "after",
          "including",
          "rounded",
          "based",
          "considering",
          "for",
          "not",
          "thus",
          "therefore",
          "hence",
          "but",
          "while",
          "whereas",
          "i.e",
          "e.g",
          "i",
          "making",
          "leaving",
          "meaning",
          "rather",
          "instead",
          "unless",
          "provided");

  /** A remark that begins so may be a conclusion, which is the answer. */
  private static final Set<String> CONCLUSIONS =
      Set.of(
          "so",
          "thus",
          "therefore",
          "hence",
          "but",
          "making",
          "leaving",
          "meaning",
          "instead",
          "rather",
          "i.e");

  /** Verbs that make a sentence of a clause with numbers. */
  private static final Set<String> VERBS =
      Set.of(
          "is", "are", "was", "were", "be", "has", "have", "had", "makes", "make", "earns", "earn",
          "gets", "get", "gives", "give", "costs", "cost", "pays", "pay", "needs", "need", "takes",
          "take", "will", "can", "equals", "leaves", "left", "spends", "spent", "sold", "bought",
          "paid", "made", "earned", "got", "took", "gave", "owns", "owes", "saves", "saved", "uses",
          "used", "read", "reads", "walks", "runs", "drove", "eats", "ate");

  private static final Set<String> TIMES =
      Set.of(
          "day", "days", "hour", "hours", "minute", "minutes", "week", "weeks", "month", "months",
          "year", "years", "second", "seconds");

  private static final Set<String> MONEY = Set.of("usd", "us", "rs", "eur", "inr", "gbp");

  private ClauseWords() {}

  static boolean changesBefore(Token word) {
    return BEFORE.contains(word.text()) || isVariable(word);
  }

  static boolean changesBehind(Token word) {
    return BEHIND.contains(word.text()) || isVariable(word);
  }

  /** A single letter that is neither an article nor a unit. */
  static boolean isVariable(Token word) {
    return word.text().length() == 1 && !LETTERS.contains(word.text());
  }

  static boolean beginsRemark(Token word) {
    return REMARKS.contains(word.text());
  }

  static boolean beginsConclusion(Token word) {
    return CONCLUSIONS.contains(word.text());
  }

  static boolean isVerb(Token word) {
    return VERBS.contains(word.text());
  }

  static boolean isTime(Token word) {
    return TIMES.contains(word.text());
  }

  static boolean isMoney(Token word) {
    return MONEY.contains(word.text());
  }

  /** {@code in 3 days}, {@code after 5 hours}: when, not how much. */
  static boolean beginsTime(Token word) {
    return Set.of("in", "after", "within", "during", "every", "for", "over").contains(word.text());
  }
}
