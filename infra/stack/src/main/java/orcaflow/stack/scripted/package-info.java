/**
 * The scripted model: an OpenAI-compatible server on loopback that does every agent's job within
 * the controlled English of {@link orcaflow.stack.words}. Begin with {@link
 * orcaflow.stack.scripted.ScriptedModel}.
 */
package orcaflow.stack.scripted;
