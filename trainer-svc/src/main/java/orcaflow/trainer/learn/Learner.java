package orcaflow.trainer.learn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.LogProbs;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.MicroBatch;
import orcaflow.trainer.model.Network;
import orcaflow.trainer.model.Ops;
import orcaflow.trainer.model.SharedPrefixBatch;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.DpoLoss;
import orcaflow.trainer.objective.DpoSettings;
import orcaflow.trainer.objective.KtoLoss;
import orcaflow.trainer.objective.KtoSettings;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.ReferenceModel;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.Torch;

/**
 * Trains a student, one optimiser step at a time. One thread at a time; other learners and samplers
 * may work beside it.
 *
 * <p>Every loss here is a function of the batch's sequence log-probabilities. So a step is: those
 * log-probabilities with their graph (torch), the loss and its gradient by them (Java, in double),
 * and from there back to the weights (torch), micro-batch by micro-batch; then clip and AdamW.
 */
public final class Learner implements AutoCloseable {

  /**
   * What some rows of the batch add to its loss.
   *
   * @param gradients by the log-probability of each of these rows
   */
  record Part(double loss, double[] gradients) {}

  /** A loss as a function of sequence log-probabilities; called on several threads at a time. */
  @FunctionalInterface
  interface Loss {
    Part of(int[] rows, double[] logProbs);
  }

  private final StudentConfig config;
  private final AdamWSettings optimiser;
  private final Weights start;
  private final Weights referenceWeights;
  private final Optional<Lora> lora;
  private final Ops ops;
  private final Network policy;

  /**
   * Sums of gradients: micro-batches are dealt out to {@link MicroBatch#LANES} of them, which are
   * computed side by side and added in their order, so that the bits are the same on any number of
   * threads. The first is here, the rest in {@link #others}.
   */
  private final NDList gradients;

  private final List<NDList> others = new ArrayList<>();
  private final NDList m;
  private final NDList v;
  private final NDList steps;
  private Optional<Network> reference = Optional.empty();
  private long referenceTokens;
  private int step;
  private int mostRows = Integer.MAX_VALUE;

  /**
   * A learner of all weights, from the beginning.
   *
   * @param weights where it starts
   * @param reference the frozen weights KTO and DPO compare with
   */
  public Learner(
      StudentConfig config, Weights weights, Weights reference, AdamWSettings optimiser) {
    this(config, weights, Optional.empty(), LearnerState.fresh(weights), reference, optimiser);
  }

  /**
   * A learner that goes on from a state.
   *
   * @param start where it started; under an adapter they stay as they are, else the state's count
   * @param lora for an adapter, of which the state is then
   * @param reference under an adapter no copy is made of weights that are those of the start
   */
  public Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings optimiser) {
    this(config, start, lora, state, reference, optimiser, Precision.current());
  }

  /**
   * @param precision of matrix products and attention; what learns, its gradients and its moments
   *     are float32 in each
   */
  public Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings optimiser,
      Precision precision) {
    this(config, start, lora, state, reference, optimiser, precision, DataType.FLOAT32);
  }

  /** All of it in one type, FLOAT64 to check gradients by differences. */
  public Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings optimiser,
      DataType type) {
    this(config, start, lora, state, reference, optimiser, Precision.FLOAT32, type);
  }

  private Learner(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings optimiser,
      Precision precision,
      DataType type) {
    this.config = config;
    this.optimiser = optimiser;
    this.start = start;
    this.referenceWeights = reference;
    this.lora = lora;
    this.step = state.step();
    this.ops = new Ops(precision);
    this.policy =
        lora.map(l -> new Adapter(l, state.weights()))
            .map(a -> new Network(new Network(config, start, type, false), a, true))
            .orElseGet(() -> new Network(config, state.weights(), type, true));
    this.gradients = policy.arrays("G[]", state.weights().zeros());
    for (int lane = 1; lane < MicroBatch.LANES; lane++) {
      others.add(policy.arrays("L[]", state.weights().zeros()));
    }
    this.m = policy.arrays("M[]", state.m());
    this.v = policy.arrays("V[]", state.v());
    this.steps = policy.numbers("S[]", step);
  }

  /**
   * Holds at most so many examples in one forward and backward pass, from now on: for students
   * whose examples are large. A step is that of the whole batch as before, but for the order in
   * which floats are added up.
   */
  public Learner inPassesOf(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a pass cannot hold %d examples".formatted(rows));
    }
    mostRows = rows;
    return this;
  }

  /** One step on the token-weighted mean cross-entropy of the completions. */
  public StepResult sft(List<Example> batch) {
    long targets = batch.stream().mapToLong(example -> example.completion().length).sum();
    double loss =
        backward(
            batch,
            (rows, logProbs) -> {
              double[] gradients = new double[rows.length];
              Arrays.fill(gradients, -1.0 / targets);
              return new Part(-Arrays.stream(logProbs).sum() / targets, gradients);
            });
    OptionalDouble none = OptionalDouble.empty();
    return updated(batch.stream(), loss, none, none, none);
  }

  /** One step of KTO of which nothing is known or kept. */
  public StepResult kto(List<UnpairedExample> batch, KtoSettings settings) {
    int n = batch.size();
    return kto(batch, settings, IntStream.range(0, n).toArray(), new ReferenceModel(n));
  }

  /**
   * One step of KTO. The mismatched pairs come from rotating the batch's completions by one, so
   * rows of one problem should not lie side by side.
   *
   * @param places of the batch's rows in {@code kept}
   * @param kept what is known of the reference, to which is added what had to be computed of these
   *     rows; mismatched pairs are others in each epoch and not kept
   * @throws IllegalArgumentException for a batch of one, which would be its own mismatch
   */
  public StepResult kto(
      List<UnpairedExample> batch, KtoSettings settings, int[] places, ReferenceModel kept) {
    int n = batch.size();
    if (n < 2) {
      throw new IllegalArgumentException("KTO needs a batch of two or more; it has " + n);
    }
    List<Example> examples = batch.stream().map(UnpairedExample::example).toList();
    boolean withKl = settings.variant() == KtoSettings.Variant.KTO;
    List<Example> mismatched = withKl ? mismatched(examples, config.contextLength()) : List.of();
    double[] referenceLogProbs = kept.at(places);
    double[] mismatchedByReference = unknown(mismatched.size());
    addReference(
        withKl ? List.of(examples, mismatched) : List.of(examples),
        referenceLogProbs,
        mismatchedByReference);
    kept.keep(places, referenceLogProbs);
    OptionalDouble kl = OptionalDouble.empty();
    if (withKl) {
      double[] mismatchedByPolicy = unknown(n);
      add(policy, List.of(mismatched), mismatchedByPolicy);
      kl = OptionalDouble.of(KtoLoss.kl(mismatchedByPolicy, mismatchedByReference));
    }
    double z = kl.orElse(0);
    double[] rewards = new double[n];
    double loss =
        backward(
            examples,
            (rows, logProbs) -> {
              boolean[] desirable = new boolean[rows.length];
              for (int b = 0; b < rows.length; b++) {
                desirable[b] = batch.get(rows[b]).desirable();
              }
              KtoLoss part =
                  KtoLoss.of(logProbs, at(referenceLogProbs, rows), desirable, z, n, settings);
              for (int b = 0; b < rows.length; b++) {
                rewards[rows[b]] = part.rewards()[b];
              }
              return new Part(part.loss(), part.gradients());
            });
    return updated(
        examples.stream(),
        loss,
        kl,
        mean(IntStream.range(0, n).filter(i -> batch.get(i).desirable()), rewards),
        mean(IntStream.range(0, n).filter(i -> !batch.get(i).desirable()), rewards));
  }

  /** One step of DPO of which nothing is known or kept. */
  public StepResult dpo(List<PreferenceExample> batch, DpoSettings settings) {
    int n = batch.size();
    return dpo(batch, settings, IntStream.range(0, n).toArray(), new ReferenceModel(2 * n));
  }

  /**
   * One step of DPO.
   *
   * @param places of the batch's pairs among all
   * @param kept what is known of the reference: for each pair its chosen, then its rejected
   *     completion; what had to be computed is added
   */
  public StepResult dpo(
      List<PreferenceExample> batch, DpoSettings settings, int[] places, ReferenceModel kept) {
    int n = batch.size();
    List<Example> chosen = batch.stream().map(PreferenceExample::chosen).toList();
    List<Example> rejected = batch.stream().map(PreferenceExample::rejected).toList();
    List<Example> examples = Stream.concat(chosen.stream(), rejected.stream()).toList();
    int[] chosenPlaces = Arrays.stream(places).map(pair -> 2 * pair).toArray();
    int[] rejectedPlaces = Arrays.stream(places).map(pair -> 2 * pair + 1).toArray();
    double[] chosenByReference = kept.at(chosenPlaces);
    double[] rejectedByReference = kept.at(rejectedPlaces);
    addReference(List.of(chosen, rejected), chosenByReference, rejectedByReference);
    kept.keep(chosenPlaces, chosenByReference);
    kept.keep(rejectedPlaces, rejectedByReference);
    long targets = chosen.stream().mapToLong(example -> example.completion().length).sum();
    double[] chosenByPolicy = unknown(n);
    double[] rejectedByPolicy = unknown(n);
    add(policy, List.of(chosen, rejected), chosenByPolicy, rejectedByPolicy);
    DpoLoss dpo =
        DpoLoss.of(
            chosenByPolicy,
            rejectedByPolicy,
            chosenByReference,
            rejectedByReference,
            n,
            targets,
            settings);
    double[] gradients =
        DoubleStream.concat(
                Arrays.stream(dpo.chosenGradients()), Arrays.stream(dpo.rejectedGradients()))
            .toArray();
    backward(examples, (rows, logProbs) -> new Part(0, at(gradients, rows)));
    return updated(
        examples.stream(),
        dpo.loss(),
        OptionalDouble.empty(),
        Arrays.stream(dpo.chosenRewards()).average(),
        Arrays.stream(dpo.rejectedRewards()).average());
  }

  /** Copies of what learns and its moments, and the step. */
  public LearnerState state() {
    return new LearnerState(learnt(), policy.read(m), policy.read(v), step);
  }

  /** A copy of what learns, as it is now: the weights, or the adapter's. */
  public Weights learnt() {
    return policy.read(policy.learnt());
  }

  /** The student's weights as they are now, the adapter merged into them. */
  public Weights weights() {
    return adapter().map(a -> a.merged(config, start)).orElseGet(this::learnt);
  }

  /** A copy of the adapter, if only one is learnt. */
  public Optional<Adapter> adapter() {
    return lora.map(l -> new Adapter(l, learnt()));
  }

  /**
   * Each prompt with the completion of the example before it, the first with the last's: as much of
   * it as fits the context, since two rows that fit may not fit one another.
   */
  public static List<Example> mismatched(List<Example> examples, int context) {
    int n = examples.size();
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              int[] prompt = examples.get(i).prompt();
              int[] completion = examples.get((i + n - 1) % n).completion();
              // The last token is predicted and never read, so that it may stand behind the
              // context.
              int fitting = Math.min(completion.length, context + 1 - prompt.length);
              return new Example(prompt, Arrays.copyOf(completion, fitting));
            })
        .toList();
  }

  /** Adds the gradient of the loss by what learns to {@link #gradients()}; returns the loss. */
  double backward(List<Example> examples, Loss loss) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one example");
    }
    List<MicroBatch> batches = MicroBatch.cut(config, examples, MicroBatch.MICRO_TOKENS, mostRows);
    List<Callable<Double>> work = new ArrayList<>();
    for (int lane = 0; lane < Math.min(MicroBatch.LANES, batches.size()); lane++) {
      int first = lane;
      work.add(
          () -> {
            NDList own = first == 0 ? gradients : others.get(first - 1);
            double sum = 0;
            for (int i = first; i < batches.size(); i += MicroBatch.LANES) {
              sum += backward(batches.get(i), loss, own);
            }
            return sum;
          });
    }
    return Torch.all(work).stream().mapToDouble(Double::doubleValue).sum();
  }

  private double backward(MicroBatch batch, Loss loss, NDList lane) {
    try (NDManager scope = policy.scope()) {
      NDList forward = new NDList(policy.inputs());
      forward.addAll(batch.inputs(scope, policy.type()));
      forward.add(scope.create(Network.LOGITS));
      NDList measured = ops.callAll(policy.method("sequence_logps"), true, scope, forward);
      Part part = loss.of(batch.rows(), doubles(measured.get(0)));
      NDList backward = new NDList(policy.inputs());
      backward.addAll(lane);
      backward.addAll(measured.subNDList(1));
      backward.add(scope.create(batch.targets()));
      backward.add(scope.create(batch.owners()));
      backward.add(scope.create(part.gradients()).toType(policy.type(), false));
      backward.add(scope.create(Network.LOGITS));
      ops.call(policy.method("accumulate"), true, scope, backward);
      return part.loss();
    }
  }

  /** What has been accumulated since the last step. */
  Weights gradients() {
    gather();
    return policy.read(gradients);
  }

  /** Adds the other lanes to the first, in order, and clears them. */
  private void gather() {
    for (NDList lane : others) {
      try (NDManager scope = policy.scope()) {
        NDList inputs = new NDList(gradients);
        inputs.addAll(lane);
        ops.call("reduce_lanes", false, scope, inputs);
      }
    }
  }

  private StepResult updated(
      Stream<Example> batch,
      double loss,
      OptionalDouble kl,
      OptionalDouble chosen,
      OptionalDouble rejected) {
    double rate = optimiser.learningRate(step);
    gather();
    double norm = clipped();
    Optional<String> undone =
        notFinite("the loss", loss).or(() -> notFinite("the gradient norm", norm));
    if (undone.isPresent()) {
      forget();
    } else {
      undone = moved(rate);
    }
    if (undone.isEmpty()) {
      step++;
    }
    long tokens = batch.mapToLong(Example::length).sum();
    return new StepResult(step, loss, kl, chosen, rejected, norm, rate, tokens, undone);
  }

  private static Optional<String> notFinite(String what, double value) {
    return Double.isFinite(value) ? Optional.empty() : Optional.of(what + " is " + value);
  }

  /** AdamW on all that learns; says so if it had to be undone. */
  private Optional<String> moved(double rate) {
    // A copy costs as much as the step of a small student, and ordinary rates cannot need it.
    Optional<LearnerState> before =
        optimiser.mayOverflow(rate) ? Optional.of(state()) : Optional.empty();
    adamw(rate, optimiser.weightDecay(), array -> array.getShape().dimension() > 1);
    adamw(rate, 0, array -> array.getShape().dimension() == 1);
    if (before.isEmpty() || state().finite()) {
      return Optional.empty();
    }
    restore(before.get());
    return Optional.of("the weights are not finite after it, at a learning rate of " + rate);
  }

  private void restore(LearnerState before) {
    set(policy.learnt(), policy.arrays("B[]", before.weights()));
    set(m, policy.arrays("B[]", before.m()));
    set(v, policy.arrays("B[]", before.v()));
    set(steps, policy.numbers("B[]", before.step()));
  }

  private void set(NDList arrays, NDList values) {
    try (values;
        NDManager scope = policy.scope()) {
      NDList inputs = new NDList(arrays);
      inputs.addAll(values);
      ops.call("copy_weights", false, scope, inputs);
    }
  }

  /** Clears the gradients, which may not be finite. */
  private void forget() {
    try (NDManager scope = policy.scope()) {
      ops.call("zero_grad", false, scope, new NDList(gradients));
    }
  }

  private double clipped() {
    try (NDManager scope = policy.scope()) {
      NDList inputs = new NDList(gradients);
      inputs.add(scope.create(optimiser.clip()));
      return doubles(ops.call("clip_grad_norm", false, scope, inputs))[0];
    }
  }

  private void adamw(double rate, double decay, Predicate<NDArray> which) {
    if (policy.learnt().stream().noneMatch(which)) {
      return;
    }
    double[] numbers = {rate, optimiser.beta1(), optimiser.beta2(), optimiser.epsilon(), decay};
    try (NDManager scope = policy.scope()) {
      NDList inputs = new NDList();
      for (NDList arrays : List.of(policy.learnt(), gradients, m, v, steps)) {
        for (int i = 0; i < arrays.size(); i++) {
          if (which.test(policy.learnt().get(i))) {
            inputs.add(arrays.get(i));
          }
        }
      }
      inputs.add(scope.create(numbers));
      ops.call("adamw", false, scope, inputs);
    }
  }

  private void addReference(List<List<Example>> lists, double[]... logProbs) {
    if (Arrays.stream(logProbs).flatMapToDouble(Arrays::stream).noneMatch(Double::isNaN)) {
      return;
    }
    if (reference.isEmpty()) {
      reference = Optional.of(reference());
    }
    referenceTokens += add(reference.get(), lists, logProbs);
  }

  /** Tokens the reference has computed so far, padding aside. */
  public long referenceTokens() {
    return referenceTokens;
  }

  private static double[] unknown(int n) {
    double[] unknown = new double[n];
    Arrays.fill(unknown, Double.NaN);
    return unknown;
  }

  /**
   * Puts log-probabilities of lists of examples, [list][example], in the places of NaN. Those in
   * one place of several lists are ways on from one prompt, where it is one, and share its
   * computation.
   *
   * @return how many tokens were computed
   */
  private long add(Network network, List<List<Example>> lists, double[]... logProbs) {
    int n = lists.get(0).size();
    List<List<Example>> forks = new ArrayList<>();
    int[][] forkOf = new int[lists.size()][n];
    int[][] wayOf = new int[lists.size()][n];
    for (int i = 0; i < n; i++) {
      int first = forks.size();
      for (int list = 0; list < lists.size(); list++) {
        if (!Double.isNaN(logProbs[list][i])) {
          forkOf[list][i] = -1;
          continue;
        }
        Example example = lists.get(list).get(i);
        int fork = first;
        while (fork < forks.size() && !forks.get(fork).get(0).samePrompt(example)) {
          fork++;
        }
        if (fork == forks.size()) {
          forks.add(new ArrayList<>());
        }
        forkOf[list][i] = fork;
        wayOf[list][i] = forks.get(fork).size();
        forks.get(fork).add(example);
      }
    }
    double[][] byFork = LogProbs.forkLogProbs(ops, network, forks);
    for (int list = 0; list < lists.size(); list++) {
      for (int i = 0; i < n; i++) {
        if (forkOf[list][i] >= 0) {
          logProbs[list][i] = byFork[forkOf[list][i]][wayOf[list][i]];
        }
      }
    }
    return forks.stream().mapToLong(SharedPrefixBatch::tokens).sum();
  }

  /** Where the start is the reference, it is the policy with its adapter off. */
  private Network reference() {
    return policy
        .frozen()
        .filter(off -> start.same(referenceWeights))
        .orElseGet(() -> new Network(config, referenceWeights, policy.type(), false));
  }

  /** Whether the reference has native memory of its own. */
  boolean hasReferenceCopy() {
    return reference.isPresent() && !reference.equals(policy.frozen());
  }

  private static double[] doubles(NDArray array) {
    try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
      return wide.toDoubleArray();
    }
  }

  private static double[] at(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }

  private static OptionalDouble mean(IntStream rows, double[] values) {
    return rows.mapToDouble(row -> values[row]).average();
  }

  @Override
  public void close() {
    reference.filter(network -> hasReferenceCopy()).ifPresent(Network::close);
    policy.close();
    ops.close();
  }
}
