package orcaflow.trainer;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orcaflow.schemas.recipe.ObjectiveSpec;
import orcaflow.trainer.learn.AdamWSettings;
import orcaflow.trainer.learn.Learner;
import orcaflow.trainer.learn.LearnerState;
import orcaflow.trainer.learn.StepResult;
import orcaflow.trainer.model.Adapter;
import orcaflow.trainer.model.Lora;
import orcaflow.trainer.model.StudentConfig;
import orcaflow.trainer.model.Weights;
import orcaflow.trainer.objective.Batch;
import orcaflow.trainer.objective.Dpo;
import orcaflow.trainer.objective.GroupedExample;
import orcaflow.trainer.objective.Gspo;
import orcaflow.trainer.objective.Kto;
import orcaflow.trainer.objective.PreferenceExample;
import orcaflow.trainer.objective.ReferenceLogProbs;
import orcaflow.trainer.objective.ReferenceModel;
import orcaflow.trainer.objective.Sft;
import orcaflow.trainer.objective.UnpairedExample;
import orcaflow.trainer.tokenizer.Example;
import orcaflow.trainer.torch.Precision;

/** A learner beside a reference that keeps nothing: one step of any objective on any batch. */
public final class Trainee implements AutoCloseable {

  private final Learner learner;
  private final ReferenceModel reference;

  public Trainee(Learner learner, Weights reference) {
    this.learner = learner;
    this.reference = new ReferenceModel(learner, reference, new ReferenceLogProbs(0));
  }

  /** One of all weights, from the beginning. */
  public static Trainee of(
      StudentConfig config, Weights weights, Weights reference, AdamWSettings settings) {
    return new Trainee(new Learner(config, weights, settings), reference);
  }

  public static Trainee of(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings settings) {
    return of(config, start, lora, state, reference, settings, Precision.FLOAT32);
  }

  public static Trainee of(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings settings,
      Precision precision) {
    return new Trainee(new Learner(config, start, lora, state, settings, precision), reference);
  }

  /** One whose arrays are of another type. */
  public static Trainee of(
      StudentConfig config,
      Weights start,
      Optional<Lora> lora,
      LearnerState state,
      Weights reference,
      AdamWSettings settings,
      DataType type) {
    return new Trainee(
        new Learner(config, start, lora, state, settings, Precision.FLOAT32, type), reference);
  }

  public Learner learner() {
    return learner;
  }

  public Trainee inPassesOf(int rows) {
    learner.inPassesOf(rows);
    return this;
  }

  public StepResult sft(List<Example> batch) {
    return Sft.onDemonstrations().step(learner, batch);
  }

  public StepResult kto(List<UnpairedExample> batch, Kto.Settings settings) {
    reference.forget(batch.size());
    return objective(settings).step(learner, new Batch<>(batch, all(batch), reference));
  }

  /** KTO with weights that are given. */
  public static Kto objective(Kto.Settings settings) {
    return new Kto(
        new ObjectiveSpec.Kto(
            settings.beta(),
            settings.loss(),
            Optional.of(settings.weights()),
            1,
            Optional.empty()));
  }

  public StepResult dpo(List<PreferenceExample> batch, ObjectiveSpec.Dpo settings) {
    reference.forget(2 * batch.size());
    return new Dpo(settings).step(learner, new Batch<>(batch, all(batch), reference));
  }

  public StepResult gspo(List<GroupedExample> batch) {
    reference.forget(batch.size());
    return new Gspo(0).step(learner, new Batch<>(batch, all(batch), reference));
  }

  public LearnerState state() {
    return learner.state();
  }

  public Weights weights() {
    return learner.weights();
  }

  public Weights trainable() {
    return learner.trainable();
  }

  public Optional<Adapter> adapter() {
    return learner.adapter();
  }

  public ReferenceModel reference() {
    return reference;
  }

  private static int[] all(List<?> batch) {
    return IntStream.range(0, batch.size()).toArray();
  }

  @Override
  public void close() {
    reference.close();
    learner.close();
  }
}
