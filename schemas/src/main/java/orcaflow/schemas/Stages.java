package orcaflow.schemas;

/** Names of the stages in flow order, as they are in outcomes, lineages, groups and metrics. */
public final class Stages {

  public static final String SEED = "seed";
  public static final String ADMIT = "admit";
  public static final String ASK_ME_ANYTHING = "ask-me-anything";
  public static final String SUGGEST_AND_EDIT = "suggest-and-edit";
  public static final String SOLVE = "solve";
  public static final String SCHEDULE = "schedule";
  public static final String SAMPLE = "sample";
  public static final String GRADE = "grade";
  public static final String JUDGE = "judge";
  public static final String PAIR = "pair";
  public static final String CLOSE = "close";

  private Stages() {}
}
