package orcaflow.streams.grade;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which rollouts a judge has the last word on. */
public enum Judge {
  /** None: the matcher's verdict is final. */
  @JsonProperty("off")
  OFF,
  /** Those the matcher could not decide. */
  @JsonProperty("undecided")
  UNDECIDED,
  /** Every one, as in the paper. */
  @JsonProperty("all")
  ALL
}
