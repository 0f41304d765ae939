/**
 * What a run does: expansion, student, iterations. Begin with {@link
 * orcaflow.schemas.recipe.Recipe}.
 */
package orcaflow.schemas.recipe;
