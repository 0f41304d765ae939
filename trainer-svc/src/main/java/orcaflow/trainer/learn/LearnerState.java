package orcaflow.trainer.learn;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import orcaflow.trainer.model.Safetensors;
import orcaflow.trainer.model.Weights;

/**
 * All that decides how a learner continues: two learners with equal states, settings and batches
 * end with equal bits.
 *
 * @param weights what is trained: the student's weights, or the adapter's
 * @param m AdamW's running mean of the gradients
 * @param v AdamW's running mean of their squares
 * @param step optimiser steps done
 */
public record LearnerState(Weights weights, Weights m, Weights v, int step) {

  /** Steps are kept as a float in the file, which is exact up to here. */
  private static final int MAX_STEP = 1 << 24;

  public LearnerState {
    if (step < 0 || step > MAX_STEP) {
      throw new IllegalArgumentException("a learner's step cannot be " + step);
    }
  }

  /** The beginning: zero moments. */
  public static LearnerState fresh(Weights weights) {
    return new LearnerState(weights, weights.zeros(), weights.zeros(), 0);
  }

  /** Whether all of it is finite. */
  boolean finite() {
    return weights.finite() && m.finite() && v.finite();
  }

  /** Reads what {@link #write} wrote; one clear sentence if it is damaged. */
  public static LearnerState read(Path file) {
    Weights all = Safetensors.read(file);
    if (!all.has("step") || all.get("step").values().length != 1) {
      throw new IllegalArgumentException(file + " is no learner's state: it has no step");
    }
    return new LearnerState(
        part(all, "weights."), part(all, "m."), part(all, "v."), (int) all.get("step").values()[0]);
  }

  /** Writes one safetensors file, fsynced, in place of what was there. */
  public void write(Path file) {
    Map<String, Weights.Tensor> all = new LinkedHashMap<>();
    weights.names().forEach(name -> all.put("weights." + name, weights.get(name)));
    m.names().forEach(name -> all.put("m." + name, m.get(name)));
    v.names().forEach(name -> all.put("v." + name, v.get(name)));
    all.put("step", new Weights.Tensor(new int[0], new float[] {step}));
    Safetensors.write(file, new Weights(all));
  }

  private static Weights part(Weights all, String prefix) {
    Map<String, Weights.Tensor> part = new LinkedHashMap<>();
    all.names().stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> part.put(name.substring(prefix.length()), all.get(name)));
    return new Weights(part);
  }
}
