package orcaflow.bench.trainer;

/**
 * The task of ours and of a peer alike: the first question they are asked. Then comes {@code
 * {"steps": n}} again and again, answered with {@code {"cpu", "units", "losses"}}.
 *
 * @param kind {@code sft} or {@code kto}
 * @param folder the student's config and weights, in Hugging Face format
 * @param rows file with a JSON array of {prompt, completion, desirable}, batch after batch
 * @param batch rows in a batch
 * @param rate the learning rate; constant for SFT, falling in a straight line to 0 for KTO
 * @param steps of the whole schedule
 * @param threads that compute
 * @param checkpointing whether the peer recomputes activations, as is its default
 */
record Task(
    String kind,
    String folder,
    String rows,
    int batch,
    double rate,
    int steps,
    int threads,
    boolean checkpointing) {}
