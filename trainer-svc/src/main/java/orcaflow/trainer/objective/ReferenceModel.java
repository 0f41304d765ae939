package orcaflow.trainer.objective;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.tokenizer.Example;

/**
 * The frozen model that KTO and DPO compare the policy with, and the log-probabilities that it has
 * computed so far. Its network is made when something is to be computed for the first time.
 */
public final class ReferenceModel implements AutoCloseable {

  /**
   * Completions to give log-probabilities of.
   *
   * @param numbers under which the values are known and kept; none to keep nothing
   */
  public record Completions(List<Example> examples, Optional<int[]> numbers) {

    /** Completions that come again in the next epoch. */
    static Completions kept(List<Example> examples, int[] numbers) {
      return new Completions(examples, Optional.of(numbers));
    }

    /** Completions that come once. */
    static Completions once(List<Example> examples) {
      return new Completions(examples, Optional.empty());
    }
  }

  private final Learner learner;
  private final Weights weights;
  private ReferenceLogProbs known;
  private Optional<Learner.FrozenNetwork> network = Optional.empty();
  private long tokens;

  /**
   * @param learner of the policy, with which it shares what it can; closed after this
   * @param weights of the reference
   * @param known what is known already; computed values are added
   */
  public ReferenceModel(Learner learner, Weights weights, ReferenceLogProbs known) {
    this.learner = learner;
    this.weights = weights;
    this.known = known;
  }

  /**
   * Log-probabilities of completions, computed where they are not known. Completions at one index
   * of several lists that have one prompt share its computation.
   *
   * @param lists of equal size
   * @return [list][completion], in nats
   */
  public double[][] logProbs(Completions... lists) {
    List<List<Example>> examples = Arrays.stream(lists).map(Completions::examples).toList();
    double[][] logProbs = LogProbs.missing(examples);
    for (int list = 0; list < lists.length; list++) {
      if (lists[list].numbers().isPresent()) {
        logProbs[list] = known.of(lists[list].numbers().get());
      }
    }
    if (Arrays.stream(logProbs).flatMapToDouble(Arrays::stream).anyMatch(Double::isNaN)) {
      Learner.FrozenNetwork frozen = network.orElseGet(() -> learner.frozen(weights));
      network = Optional.of(frozen);
      tokens += LogProbs.fillMissing(learner.ops(), frozen.network(), examples, logProbs);
    }
    for (int list = 0; list < lists.length; list++) {
      if (lists[list].numbers().isPresent()) {
        known.keep(lists[list].numbers().get(), logProbs[list]);
      }
    }
    return logProbs;
  }

  /** What is known by now. */
  public ReferenceLogProbs known() {
    return known;
  }

  /** Forgets all that is known; from now on it may know N completions. */
  public void forget(int completions) {
    known = new ReferenceLogProbs(completions);
  }

  /** Tokens computed so far, without padding. */
  public long tokens() {
    return tokens;
  }

  /** Whether it has weights in native memory of its own. */
  public boolean isCopy() {
    return network.filter(Learner.FrozenNetwork::copy).isPresent();
  }

  @Override
  public void close() {
    network.ifPresent(Learner.FrozenNetwork::close);
  }
}
