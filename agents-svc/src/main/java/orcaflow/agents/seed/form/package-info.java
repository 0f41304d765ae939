/**
 * The forms that rows of problems are published in, each turned into question, answer and solution.
 * Begin with {@link orcaflow.agents.seed.form.Forms}, which lists them. Nothing here knows files.
 */
package orcaflow.agents.seed.form;
