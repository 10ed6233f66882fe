"""Who can log in to the demo, and what each of them sees."""

from desk.demo.organisation import PASSWORD

WHO = (
    ("samira", "desk worker", "dashboard, triage, the cases of the desk"),
    ("joost", "desk worker", "the same, as the second in line"),
    ("els", "coordinator", "the desk, and people, organisation, roster, rules, coverage"),
    ("nadia", "after-hours worker", "the desk, but only while on shift (17:00-08:00, weekends)"),
    ("bram", "social worker, region West", "the pick-up board and own cases (90 Fictief Bataljon)"),
    ("ilse", "social worker, region West", "the same team: two people can try to accept one case; stands in for Karin"),
    ("hanna", "coordinator, region West", "Hand-overs: what is offered to her people, and answering for them"),
    ("karin", "social worker, region North", "another region: does not see the cases of West; away these days"),
    ("ruben", "Social Medical Team", "referrals of people on a mission with 90 Fictief Bataljon"),
    ("wies", "Individual Deployments Office", "referrals of people on a small deployment"),
    ("ina", "prevention officer", "signals about units, no cases"),
    ("arie", "administrator", "the organisation, no cases"),
    ("bea", "administrator", "the same: a reset of a second factor takes two"),
    ("tom", "client", "their own cases, and whom they let look along"),
    ("lisa", "client", "one side of a talk that Ilse leads"),
    ("max", "client", "the other side of that talk: Lisa's commander"),
    ("fenna", "family", "the appointments and messages that Tom lets her see"),
)


def table() -> str:
    """For the terminal: address, role and what to see; the password is the same for all."""
    rows = [
        (f"{name}@{'thuis' if role in {'client', 'family'} else 'nabij'}.example", role, sees)
        for name, role, sees in WHO
    ]
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"  {address:<{wide[0]}}  {role:<{wide[1]}}  {sees}" for address, role, sees in rows]
    return "\n".join([f"Demo log-ins (password: {PASSWORD}; the page shows the code of the app)", *lines])
