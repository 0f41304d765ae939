package orcaflow.stack.words;

/** Writes a problem in the one form it has in the English. */
public final class EnglishWriter {

  private EnglishWriter() {}

  /** The whole problem, one line. */
  public static String write(Problem problem) {
    String owner = problem.owner();
    String thing = problem.thing();
    StringBuilder text = new StringBuilder();
    text.append("%s has %s %s. ".formatted(owner, amount(problem.start()), thing));
    for (Event event : problem.events()) {
      text.append(sentence(owner, thing, event)).append(' ');
    }
    if (!problem.isForward()) {
      text.append("Now %s has %s %s. ".formatted(owner, amount(problem.total()), thing));
    }
    return text.append(question(problem)).toString();
  }

  /** One event as a sentence. */
  public static String sentence(String owner, String thing, Event event) {
    if (event instanceof Event.Change change) {
      return "%s %s %s %s%s."
          .formatted(owner, change.verb().third(), amount(change.amount()), thing, partner(change));
    }
    if (event instanceof Event.Boxes boxes) {
      String contents = isUnknown(boxes.each()) ? thing : amount(boxes.each()) + " " + thing;
      return "%s buys %s boxes of %s.".formatted(owner, amount(boxes.boxes()), contents);
    }
    Event.Times times = (Event.Times) event;
    String often = times.factor() == 2 ? "twice" : "three times";
    return "Then %s has %s as many %s.".formatted(owner, often, thing);
  }

  /** The last sentence, which asks for the unknown amount. */
  public static String question(Problem problem) {
    String owner = problem.owner();
    String thing = problem.thing();
    if (problem.isForward()) {
      return "How many %s does %s have now?".formatted(thing, owner);
    }
    for (Event event : problem.events()) {
      if (event instanceof Event.Change change && isUnknown(change.amount())) {
        return "How many %s did %s %s%s?"
            .formatted(thing, owner, change.verb().plain(), partner(change));
      }
      if (event instanceof Event.Boxes boxes && isUnknown(boxes.boxes())) {
        return "How many boxes did %s buy?".formatted(owner);
      }
      if (event instanceof Event.Boxes boxes && isUnknown(boxes.each())) {
        return "How many %s are in each box?".formatted(thing);
      }
    }
    return "How many %s did %s have at first?".formatted(thing, owner);
  }

  private static String partner(Event.Change change) {
    return change
        .partner()
        .map(name -> " %s %s".formatted(change.verb().preposition(), name))
        .orElse("");
  }

  private static String amount(Amount amount) {
    return amount instanceof Amount.Known known ? Long.toString(known.value()) : "some";
  }

  private static boolean isUnknown(Amount amount) {
    return amount instanceof Amount.Unknown;
  }
}
