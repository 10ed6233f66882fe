"""Running a state machine so that every example is a new one."""

from random import SystemRandom

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run(
    machine: type[RuleBasedStateMachine], examples: int, steps: int, *, first: int = 0, shrink: bool = False
) -> None:
    """So many examples of so many steps, from the seed ``first`` on.

    Each has a run of its own. In one run hypothesis tries every new example five times more with small changes, and of
    a hundred examples of a hundred verbs most would be of the same few.
    """
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    rules = settings(
        max_examples=2, stateful_step_count=steps, deadline=None, suppress_health_check=checks, database=None,
        phases=phases,
    )  # fmt: skip
    for number in range(first, first + examples):  # the first of the two is the shortest there is
        run_state_machine_as_test(seed(number)(machine), settings=rules)


def anywhere() -> int:
    """A seed to begin from that is another one each time; what is found is printed as hypothesis prints it."""
    return SystemRandom().randrange(2**32)
