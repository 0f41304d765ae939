package orcaflow.schemas;

/**
 * The text format of the student, the same wherever it is trained, served or judged: {@code USER:}
 * newline question, blank line, {@code ASSISTANT:} newline answer.
 */
public final class StudentPrompt {

  /** How the next turn would begin: an answer is over where a student begins to write one. */
  public static final String NEXT_TURN = "\nUSER:";

  private StudentPrompt() {}

  /** What of a student's text is its answer: all before another turn begins. */
  public static String answer(String text) {
    int next = text.indexOf(NEXT_TURN);
    return next < 0 ? text : text.substring(0, next);
  }

  /** What the student is given; its answer follows directly. */
  public static String prompt(String question) {
    return "USER:\n" + question.strip() + "\n\nASSISTANT:\n";
  }

  /**
   * The same as a chat template (Jinja, as in a Hugging Face tokenizer_config.json), for servers
   * that read a student's folder.
   */
  public static String chatTemplate() {
    return "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
        + prompt("{{ message['content'] | trim }}")
        + "{% else %}{{ message['content'] }}\n{% endif %}{% endfor %}";
  }
}
