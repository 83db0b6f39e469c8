from persona_sdk.models.reply_text import ReplyText


def test_an_emoji_is_never_split() -> None:
    text = ReplyText()
    pieces = [text.feed(bytes([b])) for b in "a😀b".encode()]
    assert [p for p in pieces if p] == ["a", "😀", "b"]


def test_half_a_character_at_the_end_is_dropped() -> None:
    text = ReplyText()
    assert text.feed(b"ok \xf0\x9f") + text.finish() == "ok "


def test_a_broken_byte_becomes_a_replacement_character() -> None:
    assert ReplyText().feed(b"a\xffb") == "a\ufffdb"


def test_a_stop_string_over_several_pieces_never_leaks() -> None:
    text = ReplyText(["###", "\nUser:"])
    shown = [text.feed_text(p) for p in ("Hi", "\nUs", "er", ": no", "more")]
    assert ("".join(shown), text.stopped, text.finish()) == ("Hi", True, "")


def test_text_that_only_looked_like_a_stop_string_is_shown() -> None:
    text = ReplyText(["\nUser:"])
    assert [text.feed_text("Hi\nUs"), text.feed_text("ually"), text.finish()] == [
        "Hi",
        "\nUsually",
        "",
    ]


def test_held_back_text_is_shown_at_the_end() -> None:
    text = ReplyText(["\nUser:"])
    assert text.feed_text("Hi\nUs") + text.finish() == "Hi\nUs"


def test_the_earliest_of_several_stop_strings_counts() -> None:
    text = ReplyText(["b", "a"])
    assert text.feed_text("xxaab") == "xx"
