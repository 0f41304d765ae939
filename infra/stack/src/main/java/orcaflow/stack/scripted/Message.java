package orcaflow.stack.scripted;

/** One message of a conversation. */
public record Message(String role, String content) {

  boolean isFromUser() {
    return role.equals("user");
  }

  boolean isInstruction() {
    return role.equals("system") || role.equals("developer");
  }

  /** Words between spaces: what this server counts as tokens. */
  int tokens() {
    return Words.count(content);
  }
}
