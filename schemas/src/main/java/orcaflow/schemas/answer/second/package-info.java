/** A second opinion on answers, which shares no code with the reader beside it. */
package orcaflow.schemas.answer.second;
