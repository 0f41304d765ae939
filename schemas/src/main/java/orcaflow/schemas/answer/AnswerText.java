package orcaflow.schemas.answer;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One plain spelling for what LaTeX, Markdown and typographers write in many ways. Every pass looks
 * at a bounded number of characters for each, so the time is linear in the text.
 */
final class AnswerText {

  private static final int LONGEST_MATH = 200;
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  private static final String SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
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
          Map.entry('⅐', "1/7"),
          Map.entry('⅛', "1/8"),
          Map.entry('⅜', "3/8"),
          Map.entry('⅝', "5/8"),
          Map.entry('⅞', "7/8"),
          Map.entry('⅑', "1/9"),
          Map.entry('⅒', "1/10"),
          Map.entry('⅟', "1/"));

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\d%$]+");
  private static final Pattern BETWEEN_TERMS =
      Pattern.compile("[^\\p{L}\\d%$.+*/×÷^√±π=<>≤≥≠!|:-]+|\\.(?!\\d)");

  private AnswerText() {}

  /** Minus signs, digits and fractions as in plain text; LaTeX and Markdown taken off. */
  static String plain(String text) {
    return isPlain(text) ? text.strip() : squeezed(marksOff(LatexDress.off(characters(text))));
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 126
          || "\\$*_~`<\t\r{".indexOf(c) >= 0
          || (c == ' ' && i > 0 && text.charAt(i - 1) == ' ')) {
        return false;
      }
    }
    return true;
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
      if (c <= 127) {
        plain.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isDigit(text.codePointAt(i))) {
        plain.append(Character.digit(text.codePointAt(i), 10));
        i++;
      } else {
        other(c, i > 0 ? text.charAt(i - 1) : ' ', plain);
      }
    }
    return plain.toString();
  }

  private static void other(char c, char before, StringBuilder plain) {
    String vulgar = VULGAR.get(c);
    int power = SUPERSCRIPTS.indexOf(c);
    int index = SUBSCRIPTS.indexOf(c);
    if (vulgar != null) {
      plain.append(Character.isDigit(before) ? " " : "").append(vulgar);
    } else if (power >= 0) {
      boolean goesOn = SUPERSCRIPTS.indexOf(before) >= 0 || before == '⁻';
      plain.append(goesOn ? "" : "^").append(power);
    } else if (index >= 0) {
      plain.append(SUBSCRIPTS.indexOf(before) >= 0 ? "" : "_").append(index);
    } else if (c == '⁻') {
      plain.append("^-");
    } else if (c == '∞' || c == '…' || c == '→') {
      plain.append(c);
    } else {
      plain.append(ascii(c));
    }
  }

  private static char ascii(char c) {
    return switch (c) {
      case '−', '–', '—', '‐', '‑', '﹣', '－' -> '-';
      case '⁄', '∕' -> '/';
      case '，', '٬' -> ',';
      case '．', '٫' -> '.';
      case '：', '∶' -> ':';
      case '；' -> ';';
      case '＝' -> '=';
      case '％', '٪' -> '%';
      case '＄' -> '$';
      case '＋' -> '+';
      case '（' -> '(';
      case '）' -> ')';
      case '⋅', '·' -> '×';
      case '✕', '✖' -> '×';
      case '’', '‘', '′' -> '\'';
      case '“', '”', '″' -> '"';
      case '\u00a0', '\u202f', '\u2007' -> '\u2009';
      default -> Character.isDigit(c) ? Character.forDigit(Character.digit(c, 10), 10) : c;
    };
  }

  /** Takes off dollar signs of mathematics, stars, underscores, ticks and calculator marks. */
  private static String marksOff(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int mathEnd = -1;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      boolean twice = i + 1 < text.length() && text.charAt(i + 1) == c;
      if (c == '`' || i == mathEnd) {
        i++;
      } else if (c == '*' && twice) {
        plain.append(isPower(text, i) ? "^" : "");
        i += 2;
      } else if (c == '$' && twice) {
        i += 2;
      } else if (c == '$' && i > mathEnd && closing(text, i) > 0) {
        mathEnd = closing(text, i);
        i++;
      } else if (c == '<' && twice && calculatorEnd(text, i) > 0) {
        i = calculatorEnd(text, i);
      } else if (c == '^' && exponentEnd(text, i) > 0) {
        String inner = text.substring(i + 2, exponentEnd(text, i)).strip();
        plain.append('^').append(isWhole(inner) ? inner : "(" + inner + ")");
        i = exponentEnd(text, i) + 1;
      } else if (c == '{' && isGroupComma(text, i)) {
        plain.append(',');
        i = text.indexOf('}', i) + 1;
        trim(plain, ',');
      } else {
        if (c != '_' || isInside(text, i)) {
          plain.append(c == '~' ? '\u2009' : c);
        }
        i++;
      }
    }
    return plain.toString();
  }

  /** Where the braces of an exponent close; -1 without any. */
  private static int exponentEnd(String text, int at) {
    int end = Math.min(text.length(), at + 20);
    for (int i = at + 2; i < end && text.charAt(at + 1) == '{'; i++) {
      if (text.charAt(i) == '}') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isWhole(String text) {
    int from = text.startsWith("-") ? 1 : 0;
    return text.length() > from && text.substring(from).chars().allMatch(Character::isDigit);
  }

  /** {@code 14 {, }916}: the space before the comma goes too. */
  private static void trim(StringBuilder plain, char last) {
    int at = plain.length() - 2;
    while (at > 0 && plain.charAt(at) == ' ' && plain.charAt(plain.length() - 1) == last) {
      plain.deleteCharAt(at--);
    }
  }

  private static boolean isGroupComma(String text, int at) {
    int comma = at + 1;
    while (comma < text.length() && comma - at < 3 && text.charAt(comma) == ' ') {
      comma++;
    }
    if (comma >= text.length() || text.charAt(comma) != ',') {
      return false;
    }
    int end = comma + 1;
    while (end < text.length() && end - comma < 3 && text.charAt(end) == ' ') {
      end++;
    }
    return end < text.length() && text.charAt(end) == '}';
  }

  /** {@code 10**2} and {@code 10 ** 2}, but not {@code **10** 2}. */
  private static boolean isPower(String text, int at) {
    boolean left = at > 0 && text.charAt(at - 1) == ' ';
    boolean right = at + 2 < text.length() && text.charAt(at + 2) == ' ';
    int before = left ? at - 2 : at - 1;
    int behind = right ? at + 3 : at + 2;
    return left == right
        && before >= 0
        && behind < text.length()
        && (Character.isDigit(text.charAt(before)) || text.charAt(before) == ')')
        && (Character.isDigit(text.charAt(behind)) || text.charAt(behind) == '(');
  }

  private static int closing(String text, int at) {
    if (at > 0 && text.charAt(at - 1) == '\\') {
      return -1;
    }
    int end = Math.min(text.length(), at + LONGEST_MATH);
    for (int i = at + 2; i < end && text.charAt(i) != '\n'; i++) {
      if (text.charAt(i) == '$') {
        return i;
      }
    }
    return -1;
  }

  private static int calculatorEnd(String text, int at) {
    int end = Math.min(text.length() - 1, at + LONGEST_MATH);
    for (int i = at + 2; i < end && text.charAt(i) != '\n' && text.charAt(i) != '<'; i++) {
      if (text.charAt(i) == '>' && text.charAt(i + 1) == '>') {
        return i + 2;
      }
    }
    return -1;
  }

  private static boolean isInside(String text, int at) {
    return at > 0
        && at + 1 < text.length()
        && Character.isLetterOrDigit(text.charAt(at - 1))
        && Character.isLetterOrDigit(text.charAt(at + 1));
  }

  /** One space for several; a thin space stays, because it may group digits. */
  private static String squeezed(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i) == '\t' || text.charAt(i) == '\r' ? ' ' : text.charAt(i);
      char last = plain.length() == 0 ? '\n' : plain.charAt(plain.length() - 1);
      boolean groups = c == '\u2009' && Character.isDigit(last);
      if (c == '\u2009' && !groups) {
        c = ' ';
      }
      if (c != ' ' || (last != ' ' && last != '\n')) {
        plain.append(c);
      }
    }
    return plain.toString().strip();
  }
}
