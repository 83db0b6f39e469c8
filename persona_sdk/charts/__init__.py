"""Small SVG charts for reports: no dependency, no script, readable in light and in dark.

Each function returns one `<svg>` element that stands alone as a file or inside an HTML page,
where it takes the page's text colour. Series differ by shape or dash as well as by colour.

Example:
    >>> from persona_sdk.charts import Line, line_chart
    >>> line_chart([Line("alice", (1, 2), (0.1, 0.3))], title="Violations by turn")[:4]
    '<svg'
"""

from persona_sdk.charts.bars import bar_chart
from persona_sdk.charts.histogram import histogram
from persona_sdk.charts.lines import line_chart
from persona_sdk.charts.scatter import scatter_chart
from persona_sdk.charts.series import Bars, Density, Line, Points

__all__ = [
    "Bars",
    "Density",
    "Line",
    "Points",
    "bar_chart",
    "histogram",
    "line_chart",
    "scatter_chart",
]
