package orcaflow.trainer.objective;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.events.LabelledCompletion;
import orcaflow.schemas.Topic;
import orcaflow.schemas.Topics;
import orcaflow.schemas.recipe.IterationSpec;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.Rewards;
import orcaflow.trainer.learn.SequenceLoss;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.tokenizer.ExampleEncoder;

/**
 * Group Sequence Policy Optimisation (arXiv 2507.18071, section 4.1): GRPO (arXiv 2402.03300) with
 * the ratio of whole completions. Of the rollouts of one problem by one policy each has the reward
 * 1 if it is right, else 0, and
 *
 * <pre>
 * A    = (reward - mean of the group) / (sample standard deviation of the group + 1e-4)
 * s    = exp((log policy(y|x) - log reference(y|x)) / |y|)
 * loss = - sum of |y| min(s A, clip(s, 1 - 0.01, 1 + 0.014) A) / sum of |y|
 * </pre>
 *
 * over the batch; |y| is the number of tokens of a completion. Two things are as in DAPO (arXiv
 * 2503.14476): the mean is over the tokens of the batch (eq. 8), and groups that are all right or
 * all wrong, whose advantages are 0, are in no batch (eq. 11). The upper bound is the wider one.
 * The numbers are those of TRL's GRPO with {@code importance_sampling_level} sequence and {@code
 * loss_type} dapo.
 *
 * <p>The reference is the policy at the start of the iteration, which wrote the rollouts unless
 * they came late. Borrowed answers are in no group, nor are the teacher's. With a weight w above 0
 * those are rows of their own, with the negative log-likelihood of supervised fine-tuning:
 *
 * <pre>
 * loss = - w sum of log policy(y|x) / sum of |y|
 * </pre>
 *
 * over the same tokens. Under a labelling that has the teacher's answer where no rollout is right,
 * the student so learns from the problems on which its rollouts give no signal (fine-tuning on the
 * hardest questions between steps of reinforcement learning: ReLIFT, arXiv 2506.07527).
 */
public final class Gspo implements Objective<LabelledCompletion, GroupedExample> {

  private static final String ROLLOUT = "rollout";
  private static final String TEACHER = "teacher";
  private static final double CLIP_LOW = 0.01;
  private static final double CLIP_HIGH = 0.014;
  private static final double SMALLEST_DEVIATION = 1e-4;

  private final double nllWeight;
  private List<GroupedExample> known = List.of();
  private double[] advantages = {};

  /**
   * @param nllWeight weight of the likelihood of the teacher's answers; 0 to leave those out
   */
  public Gspo(double nllWeight) {
    this.nllWeight = nllWeight;
  }

  /**
   * The loss of some completions and its gradients.
   *
   * @param loss their part in the mean over the batch
   * @param gradients of the loss by each policy log-probability
   */
  record Loss(double loss, double[] gradients) {

    /**
     * @param policy log-probabilities of some of the batch's completions
     * @param reference the reference's of the same
     * @param lengths their tokens
     * @param advantages theirs; the weight of the likelihood for those of the teacher
     * @param shown which are the teacher's
     * @param tokens of the completions of the whole batch
     */
    static Loss of(
        double[] policy,
        double[] reference,
        int[] lengths,
        double[] advantages,
        boolean[] shown,
        long tokens) {
      double loss = 0;
      double[] gradients = new double[policy.length];
      for (int i = 0; i < policy.length; i++) {
        if (shown[i]) {
          loss -= advantages[i] * policy[i] / tokens;
          gradients[i] = -advantages[i] / tokens;
          continue;
        }
        double ratio = Math.exp((policy[i] - reference[i]) / lengths[i]);
        double clipped = Math.max(1 - CLIP_LOW, Math.min(1 + CLIP_HIGH, ratio));
        double free = ratio * advantages[i];
        double bound = clipped * advantages[i];
        loss -= lengths[i] * Math.min(free, bound) / tokens;
        // The derivative of the ratio by the log-probability is ratio / length.
        gradients[i] = free <= bound ? -free / tokens : 0;
      }
      return new Loss(loss, gradients);
    }
  }

  private static final class Group {
    private int size;
    private int right;

    private double advantage(boolean isRight) {
      double mean = (double) right / size;
      double deviation = differs() ? Math.sqrt(mean * (1 - mean) * size / (size - 1)) : 0;
      return ((isRight ? 1 : 0) - mean) / (deviation + SMALLEST_DEVIATION);
    }

    private boolean differs() {
      return right > 0 && right < size;
    }
  }

  @Override
  public String algorithm() {
    return ObjectiveSpec.GSPO;
  }

  @Override
  public Topic<LabelledCompletion> topic() {
    return Topics.LABELLED_COMPLETIONS;
  }

  @Override
  public String rowName() {
    return "labelled completions";
  }

  @Override
  public boolean takes(LabelledCompletion row) {
    return row.getOrigin().equals(ROLLOUT) || nllWeight > 0 && row.getOrigin().equals(TEACHER);
  }

  @Override
  public GroupedExample encode(LabelledCompletion row, ExampleEncoder encoder) {
    return new GroupedExample(
        encoder.example(
            row.getQuestion(),
            row.getCompletion(),
            row.getCut(),
            Optional.ofNullable(row.getTokens())),
        row.getOrigin().equals(TEACHER)
            ? Optional.empty()
            : Optional.of(row.getProblemId() + " " + row.getPolicyVersion()),
        row.getDesirable());
  }

  @Override
  public List<Example> completions(GroupedExample row) {
    return List.of(row.example());
  }

  @Override
  public int length(GroupedExample row) {
    return row.example().length();
  }

  @Override
  public Optional<String> refusal(List<GroupedExample> rows, List<RowSource> sources) {
    return rows.isEmpty() || differing(rows) > 0 || shown(rows) > 0
        ? Optional.empty()
        : Optional.of("no problem has a right and a wrong rollout: GSPO has nothing to compare");
  }

  @Override
  public String remark(List<GroupedExample> rows) {
    String groups =
        "; %d of %d groups have right and wrong ones"
            .formatted(differing(rows), groups(rows).size());
    return nllWeight > 0 ? groups + ", %d are the teacher's".formatted(shown(rows)) : groups;
  }

  @Override
  public int compared(int rows) {
    return rows;
  }

  @Override
  public int inBatches(List<GroupedExample> rows) {
    return (int) Arrays.stream(advantages(rows)).filter(advantage -> advantage != 0).count();
  }

  @Override
  public BatchPlan batches(
      TrainingData.Examples<GroupedExample> data, IterationSpec iteration, long seed) {
    double[] all = advantages(data.examples());
    int[] rows = IntStream.range(0, all.length).filter(row -> all[row] != 0).toArray();
    int[] lengths = data.lengths();
    BatchPlan plan =
        iteration.groupByLength()
            ? BatchPlan.byLength(
                Arrays.stream(rows).map(row -> lengths[row]).toArray(), iteration.batch(), seed)
            : BatchPlan.plain(rows.length, iteration.batch(), seed);
    return plan.of(rows);
  }

  @Override
  public StepResult step(Learner learner, Batch<GroupedExample> batch) {
    List<Example> examples = batch.examples().stream().map(GroupedExample::example).toList();
    double[] reference =
        batch.reference().logProbs(ReferenceModel.Completions.kept(examples, batch.rows()))[0];
    double[] all = advantages(batch.all());
    long tokens = examples.stream().mapToLong(example -> example.completion().length).sum();
    double loss =
        learner.backward(
            examples,
            (numbers, logProbs) -> {
              boolean[] shown = new boolean[numbers.length];
              for (int i = 0; i < numbers.length; i++) {
                shown[i] = batch.all().get(batch.rows()[numbers[i]]).shown();
              }
              Loss part =
                  Loss.of(
                      logProbs,
                      Arrays.stream(numbers).mapToDouble(i -> reference[i]).toArray(),
                      Arrays.stream(numbers)
                          .map(i -> examples.get(i).completion().length)
                          .toArray(),
                      Arrays.stream(numbers).mapToDouble(i -> all[batch.rows()[i]]).toArray(),
                      shown,
                      tokens);
              return new SequenceLoss.Part(part.loss(), part.gradients());
            });
    return learner.finishStep(examples, loss, Rewards.NONE);
  }

  /**
   * The advantage of each row, or the weight of one of the teacher's; computed once for the rows of
   * an iteration.
   */
  double[] advantages(List<GroupedExample> rows) {
    if (known != rows) {
      Map<String, Group> groups = groups(rows);
      advantages =
          rows.stream()
              .mapToDouble(
                  row ->
                      row.group()
                          .map(group -> groups.get(group).advantage(row.right()))
                          .orElse(nllWeight))
              .toArray();
      known = rows;
    }
    return advantages;
  }

  private static long differing(List<GroupedExample> rows) {
    return groups(rows).values().stream().filter(Group::differs).count();
  }

  private static long shown(List<GroupedExample> rows) {
    return rows.stream().filter(GroupedExample::shown).count();
  }

  private static Map<String, Group> groups(List<GroupedExample> rows) {
    Map<String, Group> groups = new HashMap<>();
    for (GroupedExample row : rows) {
      if (!row.shown()) {
        Group group = groups.computeIfAbsent(row.group().orElseThrow(), name -> new Group());
        group.size++;
        group.right += row.right() ? 1 : 0;
      }
    }
    return groups;
  }
}
