"""Each alert with the fault that makes it fire and what ends the fault, in the order in which they are drilled."""

import dataclasses
import time
import typing

import gateway
from pipeline import RATE
from processes import until


@dataclasses.dataclass(frozen=True)
class Drill:
    """One alert. `heal` is nothing where the cause is over by itself and the alert ends with its window."""

    alert: str
    fault: str
    inject: typing.Callable
    healed: str
    heal: typing.Callable = lambda run: None


def kill_agents(run):
    run.process("agents").kill()


def lose_inputs(run):
    """Problems come in while the agents are down, and retention removes them."""
    run.process("agents").kill()
    run.feed()
    time.sleep(5)
    run.remove("problems")
    run.restart("agents", elsewhere=True)


def freeze_policy_server(run):
    """From the opening of an iteration until a quarter of a minute after its policy is published."""
    until("an iteration is trained", 300, lambda: run.value("trainer", "orcaflow_train_policy_lag") >= 1, 0.05)
    run.process("policies").freeze()
    try:
        until("its policy is published", 120, lambda: run.value("trainer", "orcaflow_train_policy_lag") == 0, 0.1)
        time.sleep(15)
    finally:
        run.process("policies").thaw()


def set_behaviour(side, behaviour):
    return lambda run: setattr(getattr(run, side), "behaves", behaviour)


PASSES = gateway.passes

DRILLS = [
    Drill(
        "OrcaflowServiceDown",
        "the agents are killed (`kill -9`)",
        kill_agents,
        "the agents are started again",
        lambda run: run.restart("agents"),
    ),
    Drill(
        "OrcaflowPartStalled",
        "the streams are frozen (SIGSTOP)",
        lambda run: run.process("streams").freeze(),
        "they are let run (SIGCONT)",
        lambda run: run.process("streams").thaw(),
    ),
    Drill(
        "OrcaflowEndpointWaiting",
        "the teacher answers 429",
        set_behaviour("teacher", gateway.answers(429, "slow down")),
        "it answers",
        set_behaviour("teacher", PASSES),
    ),
    Drill(
        "OrcaflowBreakerOpen",
        "the teacher answers 500",
        set_behaviour("teacher", gateway.answers(500, "out of order")),
        "it answers",
        set_behaviour("teacher", PASSES),
    ),
    Drill(
        "OrcaflowCallsFail",
        "the teacher refuses every second request (400)",
        set_behaviour("teacher", gateway.refuses_every_second()),
        "it refuses none",
        set_behaviour("teacher", PASSES),
    ),
    Drill(
        "OrcaflowDeadLetters",
        "the teacher answers one problem with a page of HTML, always",
        set_behaviour("teacher", gateway.garbles_one_problem()),
        "it answers; the window passes",
        set_behaviour("teacher", PASSES),
    ),
    Drill(
        "OrcaflowInputsRemoved",
        "the agents are down, and `problems` are removed before they are started again",
        lose_inputs,
        "the window passes",
    ),
    Drill(
        "OrcaflowFewMixedGroups",
        "rollouts are sampled at temperature 0, whatever is asked for",
        set_behaviour("student", gateway.samples_greedily),
        "they are sampled as asked for",
        set_behaviour("student", PASSES),
    ),
    Drill(
        "OrcaflowSamplerTrainerMismatch",
        "the student's endpoint names log-probabilities that are 1 nat too low",
        set_behaviour("student", gateway.claims_other_probabilities(1.0)),
        "it names the right ones",
        set_behaviour("student", PASSES),
    ),
    Drill(
        "OrcaflowPolicySwitchSlow",
        "the policy server is frozen (SIGSTOP) while a policy is published",
        freeze_policy_server,
        "it runs (SIGCONT); the window passes",
    ),
    Drill(
        "OrcaflowTrainingAlarm",
        "the recipe's learning rate is 0.3",
        lambda run: run.train("0.3"),
        "the recipe is mended, the trainer started again; the window passes",
        lambda run: run.train(RATE),
    ),
    Drill(
        "OrcaflowBatchesSetAside",
        "the recipe's learning rate is 1e30",
        lambda run: run.train("1e30"),
        "the recipe is mended, the trainer started again; the window passes",
        lambda run: run.train(RATE),
    ),
]
