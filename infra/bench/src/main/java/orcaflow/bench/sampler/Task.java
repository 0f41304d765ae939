package orcaflow.bench.sampler;

import java.util.List;

/**
 * The task of ours and of the peer alike: the first question they are asked, answered with {@code
 * {"peer"}}. Then comes {@code {"from", "to", "atOnce", "greedy"}} again and again: answer these
 * prompts, N side by side. The answer is {@code {"cpu", "tokens", "ids"}}: tokens made, end-of-text
 * included, and the completions where they are greedy.
 *
 * @param folder the student's config and weights, in Hugging Face format
 * @param samples completions of a prompt
 * @param maxTokens longest completion
 * @param threads that compute
 */
record Task(
    String folder,
    List<int[]> prompts,
    int samples,
    double temperature,
    double topP,
    int maxTokens,
    int threads) {}
