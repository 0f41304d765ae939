package orcaflow.stack;

/** Something in the cluster or the registry that is not as the catalogue says. */
public sealed interface Difference {

  /** One sentence for the user. */
  String sentence();

  record MissingTopic(String topic) implements Difference {
    @Override
    public String sentence() {
      return "topic %s is missing".formatted(topic);
    }
  }

  /** Partitions cannot be changed without moving keys: this one is for a human to settle. */
  record OtherPartitions(String topic, int wanted, int found) implements Difference {
    @Override
    public String sentence() {
      return "topic %s has %d partitions, the catalogue says %d".formatted(topic, found, wanted);
    }
  }

  record OtherSetting(String topic, String setting, String wanted, String found)
      implements Difference {
    @Override
    public String sentence() {
      return "topic %s has %s=%s, the catalogue says %s".formatted(topic, setting, found, wanted);
    }
  }

  record MissingSchema(String subject) implements Difference {
    @Override
    public String sentence() {
      return "schema %s is not registered".formatted(subject);
    }
  }

  record OtherSchema(String subject, int version) implements Difference {
    @Override
    public String sentence() {
      return "schema %s differs from ours in its newest version, %d".formatted(subject, version);
    }
  }

  record UnknownTopic(String topic) implements Difference {
    @Override
    public String sentence() {
      return "topic %s is not in the catalogue".formatted(topic);
    }
  }
}
