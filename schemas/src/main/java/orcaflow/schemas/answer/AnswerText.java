package orcaflow.schemas.answer;

import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One plain spelling for what LaTeX, Markdown and typographers write in many ways. Patterns have no
 * nested repetition, so their time is linear in the text.
 */
final class AnswerText {

  private static final Map<Character, String> VULGAR =
      Map.ofEntries(
          Map.entry('½', "1/2"),
          Map.entry('⅓', "1/3"),
          Map.entry('⅔', "2/3"),
          Map.entry('¼', "1/4"),
          Map.entry('¾', "3/4"),
          Map.entry('⅕', "1/5"),
          Map.entry('⅖', "2/5"),
          Map.entry('⅗', "3/5"),
          Map.entry('⅘', "4/5"),
          Map.entry('⅙', "1/6"),
          Map.entry('⅚', "5/6"),
          Map.entry('⅛', "1/8"),
          Map.entry('⅜', "3/8"),
          Map.entry('⅝', "5/8"),
          Map.entry('⅞', "7/8"));

  private static final Pattern FRAC =
      Pattern.compile("\\\\[dtc]?frac\\s?\\{([^{}]{1,40})\\}\\s?\\{([^{}]{1,40})\\}");
  private static final Pattern SHORT_FRAC = Pattern.compile("\\\\[dtc]?frac\\s?(\\d)\\s?(\\d)");
  private static final Pattern WORDING =
      Pattern.compile(
          "\\\\(?:text|textbf|textit|mathrm|mathbf|mbox|boxed)\\s?\\{([^{}]{0,200})\\}");
  private static final Pattern SPACING =
      Pattern.compile("\\\\[,;:! ]|\\\\(?:quad|left|right)\\b|~");
  private static final Pattern MATH = Pattern.compile("\\$([^$\\n]{1,200})\\$");
  private static final Pattern NARROW_GROUPS =
      Pattern.compile("(?<=\\d)[\\u00a0\\u2009\\u202f_](?=\\d{3})");
  private static final Pattern MONEY_WORD =
      Pattern.compile("(?i)\\b(?:rs\\s?\\.?|s \\.|usd|us|eur|inr)\\s?(?=[-$]?\\d)");
  private static final Pattern SPACE = Pattern.compile("[ \\t\\u00a0\\u2009\\u202f]+");

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\d%$]+");
  private static final Pattern BETWEEN_TERMS =
      Pattern.compile("[^\\p{L}\\d%$.+*/×÷^√±π=<>:-]+|\\.(?!\\d)");

  private AnswerText() {}

  /** Minus signs, digits and fractions as in plain text; LaTeX and Markdown taken off. */
  static String plain(String text) {
    String plain = characters(text);
    plain = plain.replace("\\$", "$").replace("\\%", "%").replace("{,}", ",").replace("\\#", "#");
    plain = plain.replace("\\times", "×").replace("\\cdot", "×").replace("\\div", "÷");
    plain = plain.replace("^{\\circ}", "°").replace("^\\circ", "°");
    plain = plain.replace("\\(", " ").replace("\\)", " ").replace("\\[", " ").replace("\\]", " ");
    plain = WORDING.matcher(plain).replaceAll(AnswerText::spaced);
    plain = SPACING.matcher(plain).replaceAll(" ");
    plain = FRAC.matcher(plain).replaceAll(match -> fraction(match.group(1), match.group(2)));
    plain = SHORT_FRAC.matcher(plain).replaceAll(" $1/$2");
    plain = MATH.matcher(plain).replaceAll("$1");
    plain = plain.replace("**", "").replace("`", "").replace("__", "");
    plain = NARROW_GROUPS.matcher(plain).replaceAll(",");
    plain = MONEY_WORD.matcher(plain).replaceAll("");
    return SPACE.matcher(plain).replaceAll(" ").strip();
  }

  /** Lower case, one space for what is neither letter nor digit; formulas keep their operators. */
  static String words(String text) {
    boolean formula = text.chars().anyMatch(Character::isDigit);
    Pattern between = formula ? BETWEEN_TERMS : BETWEEN_WORDS;
    return between.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
  }

  private static String characters(String text) {
    StringBuilder plain = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String vulgar = VULGAR.get(c);
      if (vulgar != null) {
        plain.append(i > 0 && Character.isDigit(text.charAt(i - 1)) ? " " : "").append(vulgar);
      } else if (c > 127) {
        plain.append(ascii(c));
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static char ascii(char c) {
    return switch (c) {
      case '−', '–', '—', '‐', '‑', '﹣', '－' -> '-';
      case '⁄', '∕' -> '/';
      case '，' -> ',';
      case '．' -> '.';
      case '：', '∶' -> ':';
      case '；' -> ';';
      case '＝' -> '=';
      case '％' -> '%';
      case '＄' -> '$';
      case '＋' -> '+';
      case '⋅', '·' -> '×';
      case '’', '‘' -> '\'';
      case '“', '”' -> '"';
      default -> Character.isDigit(c) ? Character.forDigit(Character.digit(c, 10), 10) : c;
    };
  }

  private static String spaced(MatchResult match) {
    return Matcher.quoteReplacement(" " + match.group(1) + " ");
  }

  private static String fraction(String above, String below) {
    return Matcher.quoteReplacement(" " + above.strip() + "/" + below.strip());
  }
}
