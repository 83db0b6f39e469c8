"""Writes a report as three files, none of which is ever half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from simulators.audit import Audit
from simulators.protocols import TextEmbedder
from simulators.report.document import Document, document
from simulators.report.html import as_html
from simulators.report.markdown import as_markdown
from simulators.report.records import as_json
from simulators.values import Run

HTML, MARKDOWN, JSON = "report.html", "report.md", "report.json"
"""Names of the files in the folder of a report."""


def write_report(
    run: Run,
    folder: str | Path,
    *,
    out: str | Path | None = None,
    audit: Audit | None = None,
    embedder: TextEmbedder | None = None,
    cost: float | None = None,
) -> Path:
    """Write `report.html`, `report.md` and `report.json`, over earlier ones.

    Args:
        run: Finished or not.
        folder: Where the run is kept; the commands in the report name it.
        out: Where the report goes; None takes `folder`. It is made where it is missing.
        audit: Of the simulator; a void one voids the run.
        embedder: Finds failures that say alike; without one, words do.
        cost: Money that the run took, where prices were given.

    Returns:
        The path of the HTML page, which needs neither the network nor another file.

    Raises:
        ScorerError: The embedder failed.
        OSError: The folder cannot be written; it carries the file's name.
    """
    told = document(run, folder, audit=audit, embedder=embedder, cost=cost)
    return write_document(told, folder if out is None else out)


def write_document(told: Document, out: str | Path) -> Path:
    """Write a document that is already measured; as `write_report`."""
    target = Path(out)
    files = ((JSON, as_json(told)), (MARKDOWN, as_markdown(told)), (HTML, as_html(told)))
    for name, text in files:
        replace_file(target / name, text)
    return target / HTML


def replace_file(path: Path, text: str) -> None:
    """Put `text` in the place of the file at once: whoever reads it sees the old or the new one.

    Args:
        path: Of the file; its folder is made where it is missing.
        text: What it is to hold.

    Raises:
        OSError: It cannot be written; the old file stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise
