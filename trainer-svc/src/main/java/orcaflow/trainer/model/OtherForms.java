package orcaflow.trainer.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Folders of a model in a form that is not read: what is there, and what to do about it. */
final class OtherForms {

  /** What a file or folder of this name says. */
  private record Form(Predicate<String> name, String advice) {}

  private static final List<Form> FORMS =
      List.of(
          new Form("snapshots"::equals, "is a cache: give one of its folders, snapshots/<hash>"),
          new Form("params.json"::equals, "has Meta's own form: convert it with transformers"),
          new Form(
              "adapter_model.safetensors"::equals,
              "is an adapter alone: merge it into its base model (merge_and_unload in PEFT)"),
          new Form(
              name -> name.startsWith("pytorch_model") && name.endsWith(".bin"),
              "has pickled weights, which may run code: save it with safetensors"),
          new Form(
              name -> name.endsWith(".gguf"),
              "is for llama.cpp: take the model as safetensors instead"),
          new Form(
              name -> name.endsWith(".safetensors"),
              "has other names: the weights are looked for in model.safetensors"));

  private OtherForms() {}

  /** A part of a sentence about the folder; empty where nothing in it is known. */
  static String advice(Path folder) {
    return FORMS.stream()
        .flatMap(form -> found(folder, form).map(name -> said(name, form)).stream())
        .findFirst()
        .orElse("");
  }

  private static String said(String name, Form form) {
    return "; there is %s, so the folder %s".formatted(name, form.advice());
  }

  private static Optional<String> found(Path folder, Form form) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(form.name())
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be listed".formatted(folder), e);
    }
  }
}
