package orcaflow.cli.contamination;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orcaflow.schemas.Ids;
import orcaflow.streams.overlap.Bag;
import orcaflow.streams.overlap.NGrams;
import orcaflow.streams.overlap.NearestNeighbours;
import orcaflow.streams.overlap.TfIdf;
import orcaflow.streams.overlap.TfIdfIndex;
import orcaflow.streams.overlap.TokenIds;
import orcaflow.streams.overlap.TokenSequences;

/**
 * The check: take the questions, let every problem pass once, then ask for the pairs. Of a problem
 * only its id and its tokens are kept. The same questions and problems give the same pairs, in
 * whatever order the problems came. Not for use by several threads at once.
 */
public final class ContaminationCheck implements AutoCloseable {

  /** As many problems are looked at for each question, as in the paper. */
  static final int TOP = 10;

  private final TokenIds words = new TokenIds();
  private final List<BenchmarkQuestion> questions;
  private final TokenSequences questionTexts = new TokenSequences();

  /** Distinct questions by normalised text: what an exact copy is a copy of. */
  private final Map<String, Integer> originals = new HashMap<>();

  /** Of those, a hash of the letters alone: what has another one is no copy. */
  private final Set<Long> originalLetters = new HashSet<>();

  private final int[] originalOf;

  private final List<String> ids = new ArrayList<>();
  private final TokenSequences texts = new TokenSequences();

  /** Problems that are exact copies, and of which original. */
  private final Map<Integer, Integer> copies = new HashMap<>();

  /** The benchmark, which stays in memory whole. */
  public ContaminationCheck(List<BenchmarkQuestion> benchmark) {
    questions = List.copyOf(benchmark);
    originalOf = new int[questions.size()];
    for (int i = 0; i < questions.size(); i++) {
      String text = questions.get(i).text();
      questionTexts.add(words.of(text));
      originalOf[i] = originals.computeIfAbsent(Ids.normalised(text), unknown -> originals.size());
      originalLetters.add(Letters.hash(text));
    }
  }

  /** One problem of the corpus. */
  public void problem(String id, String text) {
    if (originalLetters.contains(Letters.hash(text))) {
      Optional.ofNullable(originals.get(Ids.normalised(text)))
          .ifPresent(original -> copies.put(ids.size(), original));
    }
    ids.add(id);
    texts.add(words.of(text));
  }

  /** How many problems passed. */
  public int problems() {
    return ids.size();
  }

  /**
   * For each question, in the order of the file, its nearest problems, nearest first, and then
   * those exact copies that are not among them.
   *
   * @param progress hears now and then how many problems were compared
   */
  public List<NearPair> pairs(IntConsumer progress) {
    // By id, so that the order of arrival does not decide between problems that are equally near.
    int[] order =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparing(ids::get))
            .mapToInt(Integer::intValue)
            .toArray();
    TokenSequences ordered = texts.inOrder(order);
    Map<Integer, List<Integer>> copiesOf =
        IntStream.range(0, order.length)
            .filter(place -> copies.containsKey(order[place]))
            .boxed()
            .collect(Collectors.groupingBy(place -> copies.get(order[place])));
    TfIdf weights = new TfIdf(ordered, words.size());
    NearestNeighbours nearest =
        new TfIdfIndex(questionTexts, weights, words.size()).nearest(ordered, TOP, progress);
    List<NearPair> pairs = new ArrayList<>();
    for (int q = 0; q < questions.size(); q++) {
      List<Integer> exact = copiesOf.getOrDefault(originalOf[q], List.of());
      Set<Integer> places = new LinkedHashSet<>();
      nearest.of(q).forEach(neighbour -> places.add(neighbour.problem()));
      places.addAll(exact);
      int[] asked = questionTexts.get(q);
      for (int place : places) {
        int[] found = ordered.get(place);
        pairs.add(
            new NearPair(
                questions.get(q).id(),
                questions.get(q).line(),
                ids.get(order[place]),
                weights.cosine(Bag.of(asked.clone()), Bag.of(found.clone())),
                NGrams.overlaps(asked, found, ContaminationReport.LONGEST),
                exact.contains(place)));
      }
    }
    return pairs;
  }

  /** What these pairs say. */
  public ContaminationReport report(List<NearPair> pairs) {
    int wordless =
        (int)
            IntStream.range(0, questions.size())
                .filter(q -> questionTexts.get(q).length == 0)
                .count();
    return ContaminationReport.of(questions.size(), wordless, ids.size(), pairs);
  }

  @Override
  public void close() {
    words.close();
  }
}
