package orcaflow.cli.page;

import java.util.List;
import orcaflow.cli.letters.LetterCount;
import orcaflow.cli.letters.LetterView;

/**
 * What no stage could process.
 *
 * @param counts by topic, stage and kind of cause
 * @param newest open letters, the newest first, as {@code dlq show} prints them
 */
record DeadLetters(List<LetterCount.Row> counts, List<LetterView> newest) {}
