package orcaflow.agents;

import java.net.URI;
import java.util.Optional;

/**
 * A model that is asked outside a run.
 *
 * @param url base URL of its OpenAI-compatible endpoint
 * @param name the model to ask for
 * @param keyVariable environment variable that holds the API key
 * @param timeoutSeconds deadline of one call
 */
public record OutsideModel(
    URI url, String name, Optional<String> keyVariable, int timeoutSeconds) {}
