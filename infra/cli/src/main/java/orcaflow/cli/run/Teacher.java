package orcaflow.cli.run;

import java.net.URI;

/** Who solves the problems, and who expands them. */
public sealed interface Teacher {

  /** The scripted model server of the stack, on loopback. */
  record Scripted() implements Teacher {
    @Override
    public String toString() {
      return "scripted";
    }
  }

  /** The solutions and answers that the rows bring along; no model, so nothing is expanded. */
  record Gold() implements Teacher {
    @Override
    public String toString() {
      return "gold";
    }
  }

  /** Any OpenAI-compatible endpoint, for example {@code http://127.0.0.1:8000/v1}. */
  record Endpoint(URI url) implements Teacher {
    @Override
    public String toString() {
      return url.toString();
    }
  }

  /**
   * Reads scripted, gold or an URL.
   *
   * @throws IllegalArgumentException saying what may be given
   */
  static Teacher of(String text) {
    return switch (text) {
      case "scripted" -> new Scripted();
      case "gold" -> new Gold();
      default -> {
        try {
          yield new Endpoint(EndpointUrl.of(text));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "teacher is '%s': give scripted, gold or an http(s) URL without credentials"
                  .formatted(text),
              e);
        }
      }
    };
  }
}
