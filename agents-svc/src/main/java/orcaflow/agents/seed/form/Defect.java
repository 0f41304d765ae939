package orcaflow.agents.seed.form;

/** What is wrong with a row, in words that follow file and line. */
public final class Defect extends Exception {
  private static final long serialVersionUID = 1L;

  Defect(String sentence) {
    super(sentence, null, false, false);
  }
}
