package orcaflow.schemas.answer;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a LaTeX command says in plain text. One pass; arguments are at most {@link #LONGEST}
 * characters long, so the time is linear in the text. A command that is not known stays as it is,
 * so a reader sees that something is left.
 */
final class LatexDress {

  private static final int LONGEST = 400;
  private static final int DEEPEST = 6;

  private static final Set<String> WRAPPERS =
      Set.of(
          ("text textbf textit textrm textsf texttt mathrm mathbf mathsf mathit "
                  + "mathtt mbox underline emph bold boldsymbol bm textup operatorname "
                  + "ensuremath mathbb uline textnormal")
              .split(" "));
  private static final Set<String> SWITCHES =
      Set.of(
          ("displaystyle textstyle large Large LARGE huge Huge small tiny "
                  + "normalsize bf rm it sf tt bfseries quad qquad left right big Big bigg "
                  + "Bigg limits newline therefore space enspace")
              .split(" "));
  private static final Set<String> INVISIBLE =
      Set.of(("phantom hphantom vphantom hspace vspace label tag color").split(" "));
  private static final Set<String> FRACTIONS =
      Set.of(("frac dfrac tfrac cfrac sfrac nicefrac flatfrac").split(" "));
  private static final Map<String, String> SIGNS = new HashMap<>();

  static {
    String[] signs =
        ("times × cdot × div ÷ pm ± mp ± approx ≈ sim ≈ simeq ≈ le ≤ leq ≤ ge ≥ "
                + "geq ≥ ne ≠ neq ≠ lt < gt > to → rightarrow → Rightarrow → implies → "
                + "degree ° circ ° pi π infty ∞ ldots … dots … cdots … pounds £ euro € "
                + "textdollar $ lbrace { rbrace } mid | vert | colon : percent % equiv = "
                + "ast *")
            .split(" ");
    for (int i = 0; i < signs.length; i += 2) {
      SIGNS.put(signs[i], signs[i + 1]);
    }
  }

  private final String text;
  private final int depth;
  private final StringBuilder plain;

  private LatexDress(String text, int depth, StringBuilder plain) {
    this.text = text;
    this.depth = depth;
    this.plain = plain;
  }

  static String off(String text) {
    return text.indexOf('\\') < 0
        ? text
        : off(text.replace("^{\\circ}", "°").replace("^\\circ", "°"), 0);
  }

  private static String off(String text, int depth) {
    LatexDress dress = new LatexDress(text, depth, new StringBuilder(text.length() + 16));
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        at = dress.command(at + 1);
      } else {
        dress.plain.append(c);
        at++;
      }
    }
    return dress.plain.toString();
  }

  /** Writes what the command behind a backslash says; where to go on. */
  private int command(int at) {
    char first = text.charAt(at);
    if (!isLetter(first)) {
      return sign(first, at + 1);
    }
    int end = at;
    while (end < text.length() && end - at < 20 && isLetter(text.charAt(end))) {
      end++;
    }
    String name = text.substring(at, end);
    if (first == 'n' && (end == at + 1 || Character.isUpperCase(text.charAt(at + 1)))) {
      plain.append('\n');
      return at + 1;
    }
    return named(name, end);
  }

  private int sign(char sign, int next) {
    switch (sign) {
      case ',', ' ', ';', ':' -> plain.append(sign == ' ' ? ' ' : '\u2009');
      case '!' -> {
        return spaces(next);
      }
      case '(', ')', '[', ']', '\\', '/' -> plain.append(' ');
      default -> plain.append(sign);
    }
    return next;
  }

  private int named(String name, int end) {
    if (name.equals("boxed") || name.equals("fbox")) {
      plain.append("\\boxed");
      return end;
    }
    if (SIGNS.containsKey(name)) {
      plain.append(SIGNS.get(name));
      return end;
    }
    if (SWITCHES.contains(name)) {
      boolean side = name.equals("left") || name.equals("right");
      plain.append(side ? "" : " ");
      return side && end < text.length() && text.charAt(end) == '.' ? end + 1 : end;
    }
    if (depth < DEEPEST) {
      if (FRACTIONS.contains(name)) {
        return fraction(name, end);
      }
      Argument argument = argument(end);
      if (argument.found()) {
        if (WRAPPERS.contains(name)) {
          plain.append(' ').append(off(argument.text(), depth + 1)).append(' ');
          return argument.end();
        }
        if (INVISIBLE.contains(name)) {
          return argument.end();
        }
        if (name.equals("overline") || name.equals("bar") || name.equals("dot")) {
          plain.append(Numeral.REPEATING).append('(').append(argument.text()).append(')');
          return argument.end();
        }
        if (name.equals("sqrt")) {
          plain.append("√(").append(off(argument.text(), depth + 1)).append(')');
          return argument.end();
        }
      }
    }
    plain.append('\\').append(name);
    return end;
  }

  private int fraction(String name, int from) {
    Argument top = argument(from);
    Argument bottom = top.found() ? argument(top.end()) : top;
    if (!bottom.found()) {
      plain.append('\\').append(name);
      return from;
    }
    plain.append(' ').append(part(top)).append('/').append(part(bottom));
    return bottom.end();
  }

  /** A part of a fraction, in brackets unless it is one number. */
  private String part(Argument argument) {
    String inner = off(argument.text(), depth + 1).strip();
    boolean number = !inner.isEmpty();
    for (int i = 0; i < inner.length() && number; i++) {
      char c = inner.charAt(i);
      number = Character.isDigit(c) || c == '.' || c == ',' || (c == '-' && i == 0);
    }
    return number || isOneLetter(inner) ? inner : "(" + inner + ")";
  }

  private static boolean isOneLetter(String text) {
    return text.length() == 1 && Character.isLetter(text.charAt(0));
  }

  private record Argument(boolean found, String text, int end) {}

  /** What stands in the braces at a place, or the one character there. */
  private Argument argument(int from) {
    int at = spaces(from);
    Argument none = new Argument(false, "", from);
    if (at >= text.length()) {
      return none;
    }
    if (text.charAt(at) != '{') {
      boolean one = Character.isLetterOrDigit(text.charAt(at));
      return one ? new Argument(true, text.substring(at, at + 1), at + 1) : none;
    }
    int open = 0;
    for (int i = at; i < text.length() && i - at < LONGEST && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open == 0) {
        return new Argument(true, text.substring(at + 1, i), i + 1);
      }
    }
    return none;
  }

  private int spaces(int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
