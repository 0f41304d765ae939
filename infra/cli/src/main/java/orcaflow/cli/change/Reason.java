package orcaflow.cli.change;

import java.util.Optional;

/**
 * Who changes something, and why.
 *
 * @param who name of the user
 * @param where {@code command} or {@code page}
 * @param why in the user's words
 */
public record Reason(String who, String where, Optional<String> why) {

  /** The longest that is kept. */
  static final int LONGEST = 500;

  public Reason {
    why = why.map(String::strip).filter(text -> !text.isEmpty()).map(Reason::beginning);
  }

  /** The user of this process, by a command. */
  public static Reason ofCommand(Optional<String> why) {
    return new Reason(user(), "command", why);
  }

  /** The user of this process, on the page. */
  public static Reason ofPage(String why) {
    return new Reason(user(), "page", Optional.of(why));
  }

  private static String user() {
    return System.getProperty("user.name");
  }

  private static String beginning(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
