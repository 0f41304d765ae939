package orcaflow.agents.model;

import java.util.regex.Pattern;

/**
 * Whether a text begins as a refusal does. A model may also begin a good reply with an apology, so
 * a text is first parsed and only then looked at as a refusal.
 */
public final class Refusal {

  private static final Pattern BEGINNING =
      Pattern.compile(
          "(?i)\\s*(?:(?:i[’']?m |i am )?(?:very |so )?sorry\\b"
              + "|i (?:cannot|can not|can[’']t|am unable|am not able)\\b)");

  private Refusal() {}

  public static boolean isIn(String text) {
    return BEGINNING.matcher(text).lookingAt();
  }
}
