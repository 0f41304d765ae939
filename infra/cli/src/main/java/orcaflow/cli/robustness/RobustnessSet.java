package orcaflow.cli.robustness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import orcaflow.stack.words.ProblemVariants;
import orcaflow.trainer.evaluate.Benchmark;

/**
 * Variants of the questions of a benchmark in our own English, each with its exact answer.
 *
 * @param original the benchmark
 * @param parts a part for each kind of variant that some question has
 */
public record RobustnessSet(Benchmark original, List<Part> parts) {

  /**
   * Variants of one kind.
   *
   * @param kind its name: names, numbers, order, distractor
   * @param originals index of the original of each variant
   * @param variants the questions, in that order
   */
  public record Part(String kind, List<Integer> originals, Benchmark variants) {

    public Part {
      originals = List.copyOf(originals);
    }
  }

  public RobustnessSet {
    parts = List.copyOf(parts);
  }

  /** The variants of a benchmark; nothing where none of its questions is in our own English. */
  public static Optional<RobustnessSet> of(Benchmark benchmark) {
    List<Part> parts = new ArrayList<>();
    for (ProblemVariants.Kind kind : ProblemVariants.Kind.values()) {
      part(kind, benchmark).ifPresent(parts::add);
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(new RobustnessSet(benchmark, parts));
  }

  private static Optional<Part> part(ProblemVariants.Kind kind, Benchmark benchmark) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    List<Integer> originals = new ArrayList<>();
    List<Benchmark.Item> items = new ArrayList<>();
    for (int i = 0; i < benchmark.items().size(); i++) {
      Benchmark.Item item = benchmark.items().get(i);
      Optional<ProblemVariants.Variant> variant = ProblemVariants.of(kind, item.question());
      if (variant.isPresent()) {
        originals.add(i);
        items.add(
            new Benchmark.Item(
                item.id() + "/" + name, variant.get().question(), variant.get().answer()));
      }
    }
    return items.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Part(name, originals, new Benchmark(benchmark.name() + "/" + name, items)));
  }

  /** All variants. */
  public int size() {
    return parts.stream().mapToInt(part -> part.originals().size()).sum();
  }
}
