package orcaflow.agents.model;

/**
 * One message of a chat.
 *
 * @param role {@code system} or {@code user}
 */
public record Message(String role, String content) {}
