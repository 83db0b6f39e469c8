"""Whom the character of a run meets: the profiles that `--users` and `--attacks` name."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persona_sdk.cli.terminal import USAGE, fail
from persona_sdk.errors import RowError

if TYPE_CHECKING:
    from persona_sdk.cli.stress_cast import UserKind
    from persona_sdk.profile import Profile
    from persona_sdk.protocols import ChatModel
    from persona_sdk.types import Persona
    from simulators.protocols import User
    from simulators.writing.user_prompts import Templates

ALL = "all"
"""Stands for every attack strategy, each user having another one."""


class Crowd(NamedTuple):
    """The users of a run."""

    profiles: tuple[Profile, ...]
    conversations: int
    """How many; above the number of profiles, they come again with other seeds."""


def choose_users(users: str, attacks: str, *, seed: int) -> Crowd:
    """Return the users of a run.

    Args:
        users: How many bundled ones, drawn by the seed, or a set or file of profiles.
        attacks: Strategies that each of them has besides, separated by commas, or `all`.
        seed: Of the run.

    Raises:
        RowError: There is no such set or file, or a line of it is broken.
        typer.Exit: There are no users or no such strategies.
    """
    from persona_sdk.seeds import derived
    from simulators.profiles.catalog import load_profiles

    wanted = int(users) if re.fullmatch(r"[+-]?\d+", users.strip()) else None
    if wanted is not None and wanted < 1:
        fail(f"--users must be at least 1, was: {wanted}: say how many, or name a file", USAGE)
    profiles = load_profiles("bundled" if wanted is not None else users)
    if wanted is not None:
        drawn = random.Random(derived(seed, "users"))
        profiles = tuple(drawn.sample(profiles, min(wanted, len(profiles))))
    return Crowd(_attacking(profiles, attacks), wanted or len(profiles))


def logged_users(path: str) -> tuple[Crowd, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return a user for each conversation of a chat log, and what each said there, by id.

    Raises:
        RowError: There is no such file, or it is no log that can be read.
    """
    from persona_sdk.profile import Profile
    from simulators.profiles.logs import read_logs

    if not Path(path).is_file():
        raise RowError(f"{path}: there is no such chat log: --user-kind replay repeats one")
    found = read_logs(path).conversations
    profiles = tuple(Profile(one.id, source=one.place) for one in found)
    return Crowd(profiles, len(profiles)), tuple((one.id, one.said) for one in found)


def given_templates(folder: Path) -> Templates:
    """Return the prompts of `llm` users that lie in a folder.

    Raises:
        typer.Exit: A file cannot be read or is no such prompt, or there is none.
    """
    from simulators.writing.user_prompts import load_templates

    try:
        return load_templates(folder)
    except (OSError, ValueError) as error:
        fail(f"--user-templates {error}", USAGE)


def user_of(
    kind: UserKind,
    profile: Profile,
    persona: Persona,
    model: ChatModel | None,
    difficulty: float,
    seed: int,
    *,
    templates: Templates | None = None,
) -> User:
    """Return who plays `profile` in one conversation, with the attacks that the profile names.

    Args:
        kind: How, other than `replay`.
        profile: Whom.
        persona: Whom the user talks to.
        model: What plays an `llm` user.
        difficulty: In [0, 1].
        seed: Of the user in this conversation.
        templates: Texts of an `llm` user's prompts; None takes the usual ones.
    """
    from simulators.agenda import AgendaUser
    from simulators.attacks import Attacking, named_strategies
    from simulators.behaviour.difficulty import Difficulty

    level = Difficulty.level(difficulty)
    plain: User
    if kind == "llm" and model is not None:
        from simulators.user import LLMUser
        from simulators.writing.user_prompts import Templates

        plain = LLMUser(
            profile,
            model,
            persona_name=persona.name,
            seed=seed,
            difficulty=level,
            templates=templates or Templates(),
        )
    else:
        plain = AgendaUser(profile, persona, seed=seed, difficulty=level)
    strategies = named_strategies(profile.attacks)
    return Attacking(plain, persona, profile, strategies, seed=seed, difficulty=level)


def _attacking(profiles: tuple[Profile, ...], attacks: str) -> tuple[Profile, ...]:
    """Add the named strategies to every profile; `all` gives each profile another one."""
    from simulators.attacks import STRATEGIES, named_strategies

    if attacks.strip() == ALL:
        names = itertools.cycle(STRATEGIES)
        return tuple(_with(profile, (next(names),)) for profile in profiles)
    try:
        added = tuple(named_strategies(n.strip() for n in attacks.split(",") if n.strip()))
        named_strategies(name for profile in profiles for name in profile.attacks)
    except ValueError as error:
        fail(f"{error}", USAGE)
    return tuple(_with(profile, added) for profile in profiles)


def _with(profile: Profile, attacks: tuple[str, ...]) -> Profile:
    return replace(profile, attacks=tuple(dict.fromkeys((*profile.attacks, *attacks))))
