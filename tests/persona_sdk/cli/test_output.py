import json
import os
import resource
from pathlib import Path

import pytest

from persona_sdk.cli.output import partial_path, refuse_partial, resume_point, writing
from persona_sdk.errors import RowError

ROWS = [{"id": 1}, {"id": 2}, {"id": 3}]


def scored(*rows: dict[str, int]) -> str:
    return "".join(json.dumps({**row, "apc": 0.5}) + "\n" for row in rows)


def test_the_file_appears_with_its_last_row(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with writing(str(out)) as writer:
        writer.write({"id": 1})
        assert not out.exists()
    assert out.read_text() == '{"id": 1}\n'
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_an_old_file_stays_when_writing_fails(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old\n")
    with pytest.raises(ZeroDivisionError), writing(str(out)) as writer:
        writer.write({"id": 1})
        raise ZeroDivisionError
    assert out.read_text() == "old\n"
    assert partial_path(str(out)).read_text() == '{"id": 1}\n'


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with writing(str(pipe)) as writer:
        writer.write({"id": 1})
    assert os.read(reader, 99) == b'{"id": 1}\n'
    os.close(reader)
    assert pipe.is_fifo()


def test_a_file_that_cannot_grow_is_named(tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, old[1]))
    try:
        with pytest.raises(OSError, match=r"out\.jsonl\.partial"), writing(out) as writer:
            writer.write({"text": "longer than ten bytes"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"), writing(str(tmp_path / "gone" / "o")):
        pass


def test_a_compressed_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RowError, match=r"without \.gz"), writing(str(tmp_path / "o.jsonl.gz")):
        pass


def test_a_link_keeps_pointing_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with writing(str(tmp_path / "link")) as writer:
        writer.write({"id": 1})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == '{"id": 1}\n'


def test_resuming_goes_on_behind_the_last_whole_row(tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    partial_path(out).write_text(scored(*ROWS[:2]) + '{"id": 3, "ap')
    assert resume_point(out, ROWS, added={"apc"}) == 2
    with writing(out, append=True) as writer:
        writer.write({"id": 3, "apc": 0.5})
    assert Path(out).read_text() == scored(*ROWS)


def test_nothing_to_resume_starts_at_the_first_row(tmp_path: Path) -> None:
    assert resume_point(str(tmp_path / "out.jsonl"), ROWS, added={"apc"}) == 0


def test_a_finished_file_can_be_resumed_when_rows_were_added(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text(scored(*ROWS[:2]))
    assert resume_point(str(out), ROWS, added={"apc"}) == 2


def test_a_field_that_the_command_writes_anew_does_not_tell_rows_apart(tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    partial_path(out).write_text('{"id": 1, "apc": 0.5}\n')
    assert resume_point(out, [{"id": 1, "apc": 0.1}], added={"apc"}) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (scored({"id": 1}, {"id": 9}), 2),
        (scored(*ROWS, {"id": 4}), 4),
        ('{"id": 1, "other": 2, "apc": 1}\n', 1),
        ("not JSON\n", 1),
    ],
)
def test_rows_of_another_run_are_not_mixed_in(tmp_path: Path, text: str, line: int) -> None:
    out = str(tmp_path / "out.jsonl")
    partial_path(out).write_text(text)
    with pytest.raises(RowError, match=rf"out\.jsonl\.partial:{line}: "):
        resume_point(out, ROWS, added={"apc"})
    assert partial_path(out).read_text() == text


def test_the_rows_of_a_stopped_run_are_not_overwritten(tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    partial_path(out).write_text(scored(ROWS[0]))
    with pytest.raises(RowError, match="score --resume"):
        refuse_partial(out)
