package orcaflow.schemas.answer.second;

import com.ezylang.evalex.BaseException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.operators.OperatorIfc;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One number out of a clause: dress off, words off, and the rest evaluated by EvalEx. */
final class Clause {

  private static final int LONGEST = 300;
  private static final int LONGEST_NUMBER = 60;
  private static final int MOST_DECIMALS = 20;

  private static final ExpressionConfiguration ARITHMETIC =
      ExpressionConfiguration.builder()
          .implicitMultiplicationAllowed(false)
          .arraysAllowed(false)
          .structuresAllowed(false)
          .powerOfPrecedence(OperatorIfc.OPERATOR_PRECEDENCE_POWER_HIGHER)
          .build();

  /** A replacement. */
  private record Rule(SignedPattern pattern, String by) {
    static Rule of(String pattern, String by) {
      return of("", pattern, by);
    }

    static Rule of(String sign, String pattern, String by) {
      return new Rule(SignedPattern.of(sign, pattern), by);
    }
  }

  /** LaTeX, Markdown and spellings of signs, in this order. */
  private static final List<Rule> DRESS =
      List.of(
          Rule.of("\\", "\\\\(?:left|right|displaystyle)(?![a-z])", ""),
          Rule.of(
              "\\", "\\\\(?:text|textbf|mathrm|mathbf|mathit|mathsf)\\s*\\{([^{}]*)\\}", " $1 "),
          Rule.of("(?<=[0-9])(?:\\{,\\}|\\\\[,;!])(?=[0-9]{3}(?![0-9]))", ","),
          Rule.of("\\\\[,;:! ]|~", " "),
          Rule.of("\\", "([0-9]+)\\s*\\\\[dt]?frac\\{([0-9]+)\\}\\{([0-9]+)\\}", "($1+$2/$3)"),
          Rule.of("\\", "\\\\[dt]?frac\\s*\\{([^{}]*)\\}\\s*\\{([^{}]*)\\}", "(($1)/($2))"),
          Rule.of("\\\\(?:times|cdot)(?![a-z])|[×·]", "*"),
          Rule.of("\\\\div(?![a-z])|÷", "/"),
          Rule.of("−", "-"),
          Rule.of("^", "\\^\\{([^{}]*)\\}", "^($1)"),
          Rule.of("\\", "\\\\([%$])", "$1"),
          Rule.of("\\", "\\\\[()\\[\\]]", " "),
          Rule.of("^[\\s*_`\"']+|[\\s*_`\"'.;,]+$", ""),
          Rule.of("$", "^\\$+(.*[^$])\\$+$", "$1"),
          Rule.of("^[\\s*_`\"']+|[\\s*_`\"'.;,]+$", ""),
          Rule.of("**", "([0-9])\\*\\*(?= |$)", "$1"),
          Rule.of("**", "(?<= )\\*\\*(?=[-$0-9])", ""),
          Rule.of(",", "(?<![0-9.,])([0-9]{1,3}),([0-9]{3}),([0-9]{3})(?![0-9,])", "$1$2$3"),
          Rule.of(",", "(?<![0-9.,])([0-9]{1,3}),([0-9]{3})(?![0-9,])", "$1$2"),
          Rule.of("/", "(?<![0-9.,/])([0-9]+)\\s+([0-9]+/[0-9]+)(?![0-9.,/])", "($1+$2)"),
          Rule.of("(?i)\\s*(?:%|\\bper ?cent\\b)", "%"));

  /** What is left of a clause: words, sign and currency, arithmetic, words. */
  private static final Pattern PARTS =
      Pattern.compile(
          "([^0-9]*?)((?:[-+(.]|(?<=[-+(])\\s|[$£€¥₹])*)([0-9](?:[-+*/^(). 0-9eE]*[0-9)])?)([^0-9]*)");

  private static final Pattern ARITHMETIC_ONLY =
      Pattern.compile("(?:[-+*/^(). 0-9]|(?<=[0-9])[eE](?=[-+]?[0-9]{1,3}(?![0-9])))+");
  private static final Pattern AMBIGUOUS =
      Pattern.compile(
          "[0-9)]\\s*-\\s*[0-9(]|^[-+]\\s|[0-9]\\s+[0-9.]|/[^/+]*/|-[^^]*\\^|\\^[^^]*\\^|\\^\\(?-?[0-9]{4}"
              + "|[0-9.]*\\.[0-9]*\\.");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]*(?:\\.([0-9]+))?");

  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern CURRENCY = Pattern.compile("[$£€¥₹]");
  private static final Pattern FOREIGN_CURRENCY = Pattern.compile("[£€¥₹]");
  private static final Pattern LETTERS = Pattern.compile("\\p{L}+");
  private static final Pattern PLUS = Pattern.compile("^\\+");
  private static final Pattern NEGATIVE_EXPONENT = Pattern.compile("[eE]-");

  private static final Pattern BOUND_TO_NUMBER = Pattern.compile("[\\p{L}\\p{N}#.]\\z");
  private static final Pattern APART_FROM_NUMBER = Pattern.compile("%|[.,;]?$|[.,;]?\\s|\\)?[.]?$");
  private static final Pattern COMPUTING = Pattern.compile("[/^|<>≈≤≥±:\\\\{}+@#°!√∞]");
  private static final Pattern SINGLE_LETTER =
      Pattern.compile("(?<!\\p{L})(?![aA])\\p{L}(?!\\p{L})");
  private static final Pattern SUBTRAHEND = Pattern.compile("\\s*[-*]");

  private Clause() {}

  static Value value(String clause) throws Unclear {
    if (clause.length() > LONGEST) {
      throw new Unclear("a clause of %d characters".formatted(clause.length()));
    }
    String plain = clause;
    for (Rule rule : DRESS) {
      plain = rule.pattern().replaceAll(plain, rule.by());
    }
    plain = plain.substring(plain.lastIndexOf('=') + 1).strip();
    Words.requireUnchanging(plain);
    Matcher parts = PARTS.matcher(plain);
    if (!parts.matches()) {
      throw new Unclear("no single number in '%s'".formatted(shown(clause)));
    }
    requireWords(parts.group(1), parts.group(4), clause);
    String arithmetic = CURRENCY.matcher(parts.group(2)).replaceAll("") + parts.group(3);
    BigDecimal number = evaluated(arithmetic, clause);
    return new Value(
        number,
        decimals(arithmetic, number),
        !DECIMAL.matcher(arithmetic).matches(),
        parts.group(4).startsWith("%"),
        unit(parts.group(2), parts.group(4)));
  }

  private static BigDecimal evaluated(String arithmetic, String clause) throws Unclear {
    String plain = PLUS.matcher(arithmetic).replaceFirst("");
    boolean readable =
        plain.length() <= LONGEST_NUMBER
            && ARITHMETIC_ONLY.matcher(plain).matches()
            && !AMBIGUOUS.matcher(withoutSigns(plain)).find();
    if (!readable) {
      throw new Unclear("'%s' is no plain arithmetic".formatted(shown(clause)));
    }
    try {
      return new Expression(plain, ARITHMETIC).evaluate().getNumberValue();
    } catch (BaseException | ArithmeticException e) {
      throw new Unclear("'%s' cannot be evaluated".formatted(shown(clause)));
    }
  }

  private static String withoutSigns(String arithmetic) {
    return NEGATIVE_EXPONENT.matcher(arithmetic).replaceAll("e").replace("(-", "(");
  }

  /** Beside the number may stand whole words of more than a letter, and nothing that computes. */
  private static void requireWords(String before, String behind, String clause) throws Unclear {
    boolean plain =
        !BOUND_TO_NUMBER.matcher(before).find()
            && APART_FROM_NUMBER.matcher(behind).lookingAt()
            && !COMPUTING.matcher(before).find()
            && !COMPUTING.matcher(behind).find()
            && behind.lastIndexOf('%') <= 0
            && !SINGLE_LETTER.matcher(behind).find()
            && !SUBTRAHEND.matcher(behind).lookingAt();
    if (!plain) {
      throw new Unclear("more than a number and words in '%s'".formatted(shown(clause)));
    }
  }

  /** As they are written; of an expression, those of its result where it has an end. */
  private static int decimals(String arithmetic, BigDecimal number) {
    Matcher decimal = DECIMAL.matcher(arithmetic);
    if (decimal.matches()) {
      return decimal.group(1) == null ? 0 : decimal.group(1).length();
    }
    int scale = Math.max(0, number.stripTrailingZeros().scale());
    return scale <= MOST_DECIMALS ? scale : Value.ENDLESS;
  }

  private static String unit(String before, String behind) {
    Matcher currency = FOREIGN_CURRENCY.matcher(before + behind);
    Matcher word = LETTERS.matcher(behind);
    return currency.find()
        ? currency.group()
        : word.find() ? word.group().toLowerCase(Locale.ROOT) : "";
  }

  private static String shown(String clause) {
    String line = SPACES.matcher(clause.strip()).replaceAll(" ");
    return line.length() > 60 ? line.substring(0, 60) + "..." : line;
  }
}
