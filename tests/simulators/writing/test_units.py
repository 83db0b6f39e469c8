"""What repetitions are counted in."""

from __future__ import annotations

from persona_sdk.types import Conversation
from simulators.behaviour.faults import faults_of, is_closing, repeats_itself
from simulators.writing.units import units


def test_scripts_that_part_words_are_counted_by_the_word() -> None:
    assert units("Где ты?") == ["где", "ты"]
    assert units("안녕 친구") == ["안녕", "친구"]


def test_chinese_is_counted_by_the_letter() -> None:
    assert units("你在 ok") == ["你", "在", "ok"]


def test_a_chinese_turn_may_repeat_or_parrot_too() -> None:
    talk = Conversation().add("user", "你住在哪里？").add("assistant", "我住在海边的小屋里。")

    assert repeats_itself("你住在哪里", talk)
    assert "parroting" in faults_of("我住在海边的小屋里", talk, character="Ada")


def test_goodbyes_of_other_languages_close() -> None:
    assert is_closing("谢谢！再见。")
    assert is_closing("Danke, tschüss!")
    assert not is_closing("谢谢，你呢？")
