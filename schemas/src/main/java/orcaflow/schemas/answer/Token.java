package orcaflow.schemas.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A number, a word or a sign of a plain text.
 *
 * @param text lower case
 * @param value of a number; empty when it is out of bounds
 * @param spaced whether something else than the token before stands directly before it
 */
record Token(Kind kind, String text, Optional<Exact> value, boolean spaced, int start, int end) {

  enum Kind {
    NUMBER,
    WORD,
    SIGN
  }

  static List<Token> of(String text) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    boolean spaced = true;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '\u2009') {
        spaced = true;
        at++;
        continue;
      }
      Token before = tokens.isEmpty() ? sign(' ', at, true) : tokens.get(tokens.size() - 1);
      if (Numeral.startsAt(text, at)) {
        Numeral number = Numeral.at(text, at);
        String shown = text.substring(at, number.end());
        tokens.add(new Token(Kind.NUMBER, shown, number.value(), spaced, at, number.end()));
        at = number.end();
      } else if (Character.isLetter(c)) {
        int end = wordEnd(text, at, !spaced && before.isNumber());
        String word = text.substring(at, end).toLowerCase(Locale.ROOT);
        tokens.add(new Token(Kind.WORD, half(word), Optional.empty(), spaced, at, end));
        at = end;
        if (at < text.length() && text.charAt(at) == '.') {
          at++;
        }
      } else if (c == '-' && isHyphen(text, at, spaced)) {
        at++;
        spaced = true;
        continue;
      } else {
        tokens.add(sign(c, at, spaced));
        at++;
      }
      spaced = false;
    }
    return tokens;
  }

  private static Token sign(char c, int at, boolean spaced) {
    return new Token(Kind.SIGN, String.valueOf(c), Optional.empty(), spaced, at, at + 1);
  }

  private static String half(String word) {
    return word.equals("a.m") ? "am" : word.equals("p.m") ? "pm" : word;
  }

  /** {@code twenty-one} and {@code 18-inch}, but not {@code 12-x}. */
  private static boolean isHyphen(String text, int at, boolean spaced) {
    return !spaced
        && at > 0
        && Character.isLetterOrDigit(text.charAt(at - 1))
        && at + 2 < text.length()
        && Character.isLetter(text.charAt(at + 1))
        && Character.isLetter(text.charAt(at + 2));
  }

  private static int wordEnd(String text, int from, boolean behindNumber) {
    int end = from;
    while (end < text.length() && isOfWord(text, end, behindNumber)) {
      end++;
    }
    boolean halfDay =
        end == from + 1
            && (text.startsWith(".m", end) || text.startsWith(".M", end))
            && "apAP".indexOf(text.charAt(from)) >= 0;
    return halfDay ? end + 2 : end;
  }

  private static boolean isOfWord(String text, int at, boolean behindNumber) {
    char c = text.charAt(at);
    boolean inner = c == '\'' && at + 1 < text.length() && Character.isLetter(text.charAt(at + 1));
    return Character.isLetter(c) || inner || (Numeral.isDigit(c) && !behindNumber);
  }

  boolean isNumber() {
    return kind == Kind.NUMBER;
  }

  boolean isWord() {
    return kind == Kind.WORD;
  }

  boolean is(String sign) {
    return text.equals(sign) && kind != Kind.NUMBER;
  }

  boolean isOneOf(String signs) {
    return kind == Kind.SIGN && signs.contains(text);
  }

  Token withValue(Exact value, int from) {
    return new Token(Kind.NUMBER, text, Optional.of(value), spaced, from, end);
  }

  Token asWord(String word) {
    return new Token(Kind.WORD, word, Optional.empty(), true, start, end);
  }
}
