package orcaflow.cli.stall;

import orcaflow.events.StallCause;

/**
 * What keeps a part from moving.
 *
 * @param sentence for people, without a full stop
 */
public record Cause(StallCause kind, String sentence) {}
