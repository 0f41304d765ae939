/** What counts as the same answer. Begin with {@link orcaflow.schemas.answer.AnswerMatcher}. */
package orcaflow.schemas.answer;
