package orcaflow.agents.seed.form;

import com.fasterxml.jackson.databind.JsonNode;

/** A form of rows: recognised by the keys of a row, and read. */
interface Form {

  /** As it is named to people. */
  String name();

  /** Whether a row has this form. */
  boolean fits(JsonNode row);

  /**
   * Reads a row that fits.
   *
   * @throws Defect if it cannot be used
   */
  Draft read(JsonNode row) throws Defect;
}
