package orcaflow.schemas.answer;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first stage: sets apart what is in a completion and is not the answer's text. In this order:
 * reasoning (closed or cut), marks of the chat, a question that the model adds, lines of fences and
 * tables, remarks at the end.
 */
final class SetApart {

  /** An answer stands at the end: of longer texts only this much is read. */
  static final int LONGEST = 16_384;

  private static final List<String> ENDS_OF_REASONING =
      List.of(
          "</think>",
          "</thinking>",
          "</reasoning>",
          "</thought>",
          "</scratchpad>",
          "[/THINK]",
          "<|channel|>final<|message|>");
  private static final List<String> STARTS_OF_REASONING =
      List.of("<think>", "<thinking>", "<reasoning>", "<thought>", "<scratchpad>", "[THINK]");
  private static final List<String> ENDS_OF_TURN =
      List.of(
          "<|im_end|>",
          "<|endoftext|>",
          "<|eot_id|>",
          "<|end|>",
          "<|return|>",
          "<|end_of_text|>",
          "<end_of_turn>",
          "</s>",
          "<|user|>",
          "<|im_start|>user",
          "[INST]");
  private static final Pattern START_OF_TURN =
      Pattern.compile("<\\|(?:im_start\\|>)?assistant(?:\\|>)?|<start_of_turn>model|<s>");
  private static final Pattern QUESTION =
      Pattern.compile(
          "[#>*\\s\\[]{0,12}+(?:(?i:next |new |another |follow-up )?"
              + "(?:Question|QUESTION|Problem|PROBLEM|Exercise|Instruction|Human|HUMAN|User|USER"
              + "|Input"
              + "|(?i:next|new|another) (?i:question|problem))"
              + "(?: ?#?\\d{1,3})?[*\\s\\]]{0,6}+(?::|$)|Q(?: ?\\d{1,3})?[*]{0,2} ?[:.]).*+",
          Pattern.DOTALL);
  private static final Pattern REMARK_LINE =
      Pattern.compile(
          "(?i)[(*_>\\s]{0,6}+(?:confidence|word count|version|note|notes|p\\.?s\\.?"
              + "|disclaimer|source"
              + "|date|tokens|time taken|difficulty|rating|references?|copyright)"
              + "\\b[*_ ]{0,3}+[:\\d].*+");
  private static final Pattern VERSION_LINE =
      Pattern.compile("(?i)[(*_>\\s]{0,6}+(?:version \\d|p\\.\\s?s\\.).*+");
  private static final Pattern COURTESY =
      Pattern.compile(
          "(?i)(?<=[.!\\n])\\s*+(?:i hope (?:this|that)|hope (?:this|that) helps|let me know"
              + "|feel free|please (?:let|ask|feel)|ask me|if you have any "
              + "(?:other |further |more )?question"
              + "|is there anything|thank you for|thanks for|good luck)\\b");

  private static final List<String> SIGNS_OF_QUESTION =
      List.of(
          "uestion",
          "UESTION",
          "roblem",
          "ROBLEM",
          "xercise",
          "nstruction",
          "uman",
          "UMAN",
          "ser:",
          "SER",
          "nput");
  private static final List<String> SIGNS_OF_COURTESY =
      List.of("hope", "let me", "Let me", "eel free", "lease", "sk me", "f you", "hank", "luck");
  private static final List<String> SIGNS_OF_REMARK =
      List.of(
          "confidence",
          "word",
          "version",
          "note",
          "p.s",
          "ps",
          "disclaimer",
          "source",
          "date",
          "tokens",
          "time",
          "difficulty",
          "rating",
          "reference",
          "copyright");

  private SetApart() {}

  /**
   * What is left.
   *
   * @param text the answer's text
   * @param onlyReasoned whether there is nothing but reasoning
   * @param ranOn whether a question of the model's own followed
   * @param table whether the last thing of the text was a table
   */
  record Passage(String text, boolean onlyReasoned, boolean ranOn, boolean table) {}

  /** Whether anything before the last line may have to be set apart. */
  static boolean mayApply(String text) {
    return hasTags(text) || text.indexOf('|') >= 0 || mayAsk(text);
  }

  private static boolean mayAsk(String text) {
    return text.indexOf('Q') >= 0 || SIGNS_OF_QUESTION.stream().anyMatch(text::contains);
  }

  /** Whether there may be marks of reasoning or of a chat; calculator marks are none. */
  private static boolean hasTags(String text) {
    for (int at = 0; at + 1 < text.length(); at++) {
      char c = text.charAt(at);
      char next = text.charAt(at + 1);
      boolean tag = c == '<' && (next == '/' || next == '|' || Character.isLetter(next));
      if (tag || (c == '[' && (next == '/' || next == 'I' || next == 'T'))) {
        return true;
      }
    }
    return false;
  }

  static Passage of(String text) {
    boolean tags = hasTags(text);
    String answer = tags ? withoutReasoning(text) : text;
    boolean onlyReasoned = answer.isBlank() && !text.isBlank();
    String tail = answer.length() > LONGEST ? answer.substring(answer.length() - LONGEST) : answer;
    return lines(tags ? turn(tail) : tail, onlyReasoned);
  }

  private static String withoutReasoning(String text) {
    int end = 0;
    for (String mark : ENDS_OF_REASONING) {
      int at = text.lastIndexOf(mark);
      end = at < 0 ? end : Math.max(end, at + mark.length());
    }
    String rest = text.substring(end);
    int start = rest.length();
    for (String mark : STARTS_OF_REASONING) {
      int at = rest.indexOf(mark);
      start = at < 0 ? start : Math.min(start, at);
    }
    return rest.substring(0, start);
  }

  /** What stands before the first end of a turn with something before it. */
  private static String turn(String text) {
    String rest = START_OF_TURN.matcher(text).replaceFirst("");
    for (int i = 0; i < 4; i++) {
      int end = rest.length();
      int behind = end;
      for (String mark : ENDS_OF_TURN) {
        int at = rest.indexOf(mark);
        if (at >= 0 && at < end) {
          end = at;
          behind = at + mark.length();
        }
      }
      if (end == rest.length() || !rest.substring(0, end).isBlank()) {
        return rest.substring(0, end);
      }
      rest = rest.substring(behind);
    }
    return rest;
  }

  private static Passage lines(String text, boolean onlyReasoned) {
    StringBuilder left = new StringBuilder(text.length());
    boolean ranOn = false;
    boolean table = false;
    boolean any = false;
    boolean mayAsk = mayAsk(text);
    boolean answered = false;
    for (int from = 0; from <= text.length(); ) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      int first = firstOf(text, from, end);
      char c = first < end ? text.charAt(first) : '\n';
      if (answered && isQuestion(text, first, end, c)) {
        ranOn = true;
        break;
      }
      boolean fence = c == '`' && text.startsWith("```", first);
      boolean row = c == '|' && lastOf(text, first, end) == '|';
      boolean remark = any && isRemark(text, first, end);
      if (!fence && !row && !remark) {
        left.append(text, from, end).append('\n');
        table &= first >= end;
        any |= first < end;
        answered |= mayAsk && mayAnswer(text.substring(from, end));
      }
      table |= row;
      from = end + 1;
    }
    return new Passage(withoutCourtesy(left.toString()), onlyReasoned, ranOn, table);
  }

  /** What has neither a number nor the word answer is a question said again. */
  private static boolean mayAnswer(String line) {
    return AnswerParser.hasDigit(line) || line.contains("nswer");
  }

  private static int firstOf(String text, int from, int end) {
    int first = from;
    while (first < end && Character.isWhitespace(text.charAt(first))) {
      first++;
    }
    return first;
  }

  private static char lastOf(String text, int from, int to) {
    int last = to - 1;
    while (last > from && Character.isWhitespace(text.charAt(last))) {
      last--;
    }
    return last > from ? text.charAt(last) : ' ';
  }

  private static boolean isQuestion(String text, int from, int end, char first) {
    return "QPEHUIFNA#>*[qnaf".indexOf(first) >= 0
        && QUESTION.matcher(text.substring(from, Math.min(end, from + 80))).matches();
  }

  private static boolean isRemark(String text, int from, int end) {
    int word = from;
    while (word < end && "(*_>".indexOf(text.charAt(word)) >= 0) {
      word++;
    }
    if (word == end || "cwvnpdstrCWVNPDSTR".indexOf(text.charAt(word)) < 0) {
      return false;
    }
    int start = word;
    if (SIGNS_OF_REMARK.stream()
        .noneMatch(sign -> text.regionMatches(true, start, sign, 0, sign.length()))) {
      return false;
    }
    String line = text.substring(from, Math.min(end, from + 80));
    return REMARK_LINE.matcher(line).matches() || VERSION_LINE.matcher(line).matches();
  }

  private static String withoutCourtesy(String text) {
    if (text.indexOf('!') < 0
        && text.indexOf('?') < 0
        && SIGNS_OF_COURTESY.stream().noneMatch(text::contains)) {
      return text;
    }
    int from = Math.max(0, text.length() - 600);
    Matcher courtesy = COURTESY.matcher(text);
    return courtesy.find(from) && !text.substring(0, courtesy.start()).isBlank()
        ? text.substring(0, courtesy.start())
        : text;
  }
}
