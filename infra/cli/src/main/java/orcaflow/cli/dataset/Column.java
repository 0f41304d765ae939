package orcaflow.cli.dataset;

import java.util.function.BiFunction;

/**
 * One column of a table.
 *
 * @param type as the Hugging Face library names it: string, bool, int64 or float64
 * @param value of a row; an empty Optional becomes null
 */
record Column<R>(String name, String type, BiFunction<R, About, Object> value) {}
