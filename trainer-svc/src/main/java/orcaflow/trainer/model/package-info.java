/**
 * The student: its shape, its weights, its forward pass, its folder on disk. Begin with {@code
 * ops.py}: all the mathematics, in TorchScript. {@code Ops} loads it, {@code Network} holds weights
 * for it.
 */
package orcaflow.trainer.model;
