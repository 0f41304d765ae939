package orcaflow.stack.words;

import java.util.List;

/** The people and the countable things of the English. */
final class Lexicon {

  static final List<String> NAMES =
      List.of(
          "Tom", "Ann", "Ben", "Mia", "Sam", "Eva", "Max", "Lily", "Leo", "Zoe", "Dan", "Amy",
          "Jack", "Kate", "Paul", "Rosa");

  static final List<String> THINGS =
      List.of(
          "apples",
          "books",
          "pens",
          "coins",
          "stamps",
          "shells",
          "cards",
          "marbles",
          "eggs",
          "cookies",
          "balls",
          "stickers");

  private Lexicon() {}
}
