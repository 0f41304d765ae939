package orcaflow.agents;

/** Tokens of prompts and of replies. */
public record TokenCount(long prompt, long completion) {}
