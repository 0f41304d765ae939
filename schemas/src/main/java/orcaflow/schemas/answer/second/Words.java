package orcaflow.schemas.answer.second;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words that change the number beside them, and words that take an answer back. */
final class Words {

  private static final String NUMBERS =
      "(?:zero|none|nothing|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
          + "|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty"
          + "|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|dozen"
          + "|half|halves|third|fourth|quarter|fifth|sixth|seventh|eighth|ninth|tenth|hundredth"
          + "|thousandth|pair|couple|score|gross|cent|penny|pennie|dime|nickel|degree|root|point"
          + "|lakh|crore)s?|k|m|bn|mn|mil|pi|percent\\w*|twice|double|triple|thrice|squared|cubed"
          + "|power|minus|negative|plus|times|multiplied|divided|over|remainder"
          + "|less|more|fewer|greater|least|most|than|between|under|above|below|up to|or|vs"
          + "|versus|roughly";
  private static final String DOUBTS =
      "not|no|nor|never|cannot|can't|[a-z]{2,9}n't|neither|either|except|maybe|perhaps|if|unless"
          + "|impossible|unable|refuse|wait|actually|oops|sorry|correction|corrected|mistake"
          + "|mistaken|wrong|incorrect|hmm|however|rather|think|thinks|thought|suppose|assume"
          + "|says?|said";
  private static final String REMARKS = "ask|version|note|p\\.s|confidence|steps?|hope|solution";

  private static final Pattern DOUBTFUL = words(DOUBTS);
  private static final Pattern CHANGING = words(NUMBERS + "|" + DOUBTS);
  private static final Pattern REMARKING = words(DOUBTS + "|" + REMARKS);

  private Words() {}

  /** The words around an answer say it without doubt. */
  static void requireNoDoubt(String words) throws Unclear {
    requireNone(DOUBTFUL, words);
  }

  /** Nor do the words beside a number change it. */
  static void requireUnchanging(String words) throws Unclear {
    requireNone(CHANGING, words);
  }

  /** The sentence is no remark beside the answer, and says it without doubt. */
  static void requireNoRemark(String words) throws Unclear {
    requireNone(REMARKING, words);
  }

  private static void requireNone(Pattern pattern, String words) throws Unclear {
    Matcher found = pattern.matcher(words);
    if (found.find()) {
      throw new Unclear("the word '%s' beside the number".formatted(found.group()));
    }
  }

  private static Pattern words(String choices) {
    return Pattern.compile("(?i)(?<![a-z])(?:" + choices + ")(?![a-z])");
  }
}
