package orcaflow.schemas.answer.second;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words that change the number beside them, and words that take an answer back. */
final class Words {

  private static final Set<String> NUMBERS =
      set(
          "zero none nothing one two three four five six seven eight nine ten eleven twelve"
              + " thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty"
              + " fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen"
              + " half halves third fourth quarter fifth sixth seventh eighth ninth tenth hundredth"
              + " thousandth pair couple score gross cent penny pennie dime nickel degree root point"
              + " lakh crore");
  private static final Set<String> CHANGES =
      set(
          "k m bn mn mil pi twice double triple thrice squared cubed power minus negative plus"
              + " times multiplied divided over remainder less more fewer greater least most than"
              + " between under above below or vs versus roughly");
  private static final Set<String> DOUBTS =
      set(
          "not no nor never cannot can't neither either except maybe perhaps if unless impossible"
              + " unable refuse wait actually oops sorry correction corrected mistake mistaken wrong"
              + " incorrect hmm however rather think thinks thought suppose assume say says said");
  private static final Set<String> REMARKS =
      set("ask version note confidence step steps hope solution");

  /** A word, or one of the two that are made of two. */
  private static final Pattern WORD =
      Pattern.compile(
          "(?i)(?<![a-z])(?:up to(?![a-z])|p\\.s(?![a-z])|[a-z]+(?:(?<=[a-z]{2}n)'t(?![a-z]))?)");

  private static final String PERCENT = "percent";
  private static final Pattern NOT = Pattern.compile("[a-z]{2,9}n't");

  private Words() {}

  /** The words around an answer say it without doubt. */
  static void requireNoDoubt(String words) throws Unclear {
    requireNone(Words::doubts, words);
  }

  /** Nor do the words beside a number change it. */
  static void requireUnchanging(String words) throws Unclear {
    requireNone(word -> changes(word) || doubts(word), words);
  }

  /** The sentence is no remark beside the answer, and says it without doubt. */
  static void requireNoRemark(String words) throws Unclear {
    requireNone(word -> REMARKS.contains(word) || word.equals("p.s") || doubts(word), words);
  }

  private static boolean doubts(String word) {
    return DOUBTS.contains(word) || word.endsWith("n't") && NOT.matcher(word).matches();
  }

  private static boolean changes(String word) {
    return CHANGES.contains(word)
        || NUMBERS.contains(word)
        || word.endsWith("s") && NUMBERS.contains(word.substring(0, word.length() - 1))
        || word.startsWith(PERCENT)
        || word.equals("up to");
  }

  private static void requireNone(Predicate<String> unfit, String words) throws Unclear {
    Matcher found = WORD.matcher(words);
    while (found.find()) {
      if (unfit.test(found.group().toLowerCase(Locale.ROOT))) {
        throw new Unclear("the word '%s' beside the number".formatted(found.group()));
      }
    }
  }

  private static Set<String> set(String words) {
    return Set.of(words.split(" "));
  }
}
