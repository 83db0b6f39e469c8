"""Reports of runs: numbers with intervals, failures with evidence, comparisons.

`write_report` writes a run as HTML, Markdown and JSON; `compare` sets two runs side by side.
"""

from simulators.report.compare import Comparison, compare
from simulators.report.document import Document, audit_of, document
from simulators.report.figures import Figures, figures_of
from simulators.report.writing import write_report

__all__ = [
    "Comparison",
    "Document",
    "Figures",
    "audit_of",
    "compare",
    "document",
    "figures_of",
    "write_report",
]
