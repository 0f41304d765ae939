package orcaflow.stack.words;

/** What a person does with a number of things: each verb adds or takes. */
public enum Verb {
  BUY("buy", "buys", 1, ""),
  FIND("find", "finds", 1, ""),
  GET("get", "gets", 1, "from"),
  GIVE("give", "gives", -1, "to"),
  LOSE("lose", "loses", -1, ""),
  SELL("sell", "sells", -1, "");

  private final String plain;
  private final String third;
  private final int sign;
  private final String preposition;

  Verb(String plain, String third, int sign, String preposition) {
    this.plain = plain;
    this.third = third;
    this.sign = sign;
    this.preposition = preposition;
  }

  /** As after "did": {@code buy}. */
  public String plain() {
    return plain;
  }

  /** As after a name: {@code buys}. */
  public String third() {
    return third;
  }

  /** 1 when the person has more afterwards, -1 when fewer. */
  public int sign() {
    return sign;
  }

  /** The word before the other person, empty when nobody else takes part. */
  public String preposition() {
    return preposition;
  }

  public boolean hasPartner() {
    return !preposition.isEmpty();
  }
}
