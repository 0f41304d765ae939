/** {@code bench trainer}: the learner against PyTorch and TRL, and its memory. */
package orcaflow.bench.trainer;
