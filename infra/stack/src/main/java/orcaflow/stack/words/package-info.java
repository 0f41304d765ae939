/**
 * The controlled English of the scripted model: reading, writing and solving its word problems, the
 * jobs of each agent done by rule, and the generator of seeds and benchmark. Begin with {@link
 * orcaflow.stack.words.Problem}.
 */
package orcaflow.stack.words;
