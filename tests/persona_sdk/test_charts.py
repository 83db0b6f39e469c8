import math
import re
from xml.etree import ElementTree

import pytest

from persona_sdk.charts import (
    Bars,
    Density,
    Line,
    Points,
    bar_chart,
    histogram,
    line_chart,
    scatter_chart,
)

SVG = "{http://www.w3.org/2000/svg}"


def elements(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(SVG + tag))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in elements(svg, "text")]


def test_a_line_chart_draws_each_line_its_band_and_its_key() -> None:
    lines = [
        Line("alice", (1, 2, 3), (0.1, 0.2, 0.3), (0.0, 0.1, 0.2), (0.2, 0.3, 0.4)),
        Line("bob", (1, 2, 3), (0.3, 0.2, 0.1)),
    ]
    svg = line_chart(lines, title="Violations", x_label="turn", y_label="rate")
    assert len(elements(svg, "polygon")) == 1
    assert len(elements(svg, "polyline")) == 2
    assert {"Violations", "alice", "bob", "turn", "rate"} <= set(texts(svg))


def test_higher_values_stand_higher() -> None:
    svg = line_chart([Line("", (0, 1), (0.0, 1.0))], title="t")
    first, last = elements(svg, "circle")
    assert float(first.get("cy", "")) > float(last.get("cy", ""))
    assert float(first.get("cx", "")) < float(last.get("cx", ""))


def test_an_unknown_value_leaves_a_gap_in_the_line() -> None:
    svg = line_chart([Line("", (1, 2, 3, 4, 5), (1, 2, None, 4, 5))], title="t")
    assert len(elements(svg, "polyline")) == 2
    assert len(elements(svg, "circle")) == 4


def test_lines_differ_by_dash_and_not_by_colour_alone() -> None:
    lines = [Line(str(i), (0, 1), (i, i)) for i in range(4)]
    drawn = elements(line_chart(lines, title="t"), "polyline")
    assert len({line.get("stroke-dasharray") for line in drawn}) == 4


def test_one_point_is_a_chart() -> None:
    svg = line_chart([Line("", (3,), (0.5,), (0.4,), (0.6,))], title="t")
    assert len(elements(svg, "circle")) == 1
    assert "3" in texts(svg)


@pytest.mark.parametrize(
    "svg",
    [
        line_chart([], title="t"),
        line_chart([Line("a", (1,), (None,))], title="t"),
        bar_chart([], [], title="t"),
        bar_chart(["g"], [Bars("a", [None])], title="t"),
        scatter_chart([Points("a", (), ())], title="t"),
        histogram([], title="t"),
    ],
)
def test_nothing_to_draw_says_so(svg: str) -> None:
    assert "no data" in texts(svg)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_refused_by_place(value: float) -> None:
    with pytest.raises(ValueError, match=r"'a': y\[1\] must be finite.*was: (nan|inf)"):
        Line("a", (1, 2), (0.5, value))
    with pytest.raises(ValueError, match="must be finite"):
        Bars("a", (value,))
    with pytest.raises(ValueError, match="must be finite"):
        Points("a", (value,), (0.0,))
    with pytest.raises(ValueError, match="must be finite"):
        histogram([value], title="t")


def test_lists_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="y must have 2 values, were: 1"):
        Line("a", (1, 2), (0.5,))
    with pytest.raises(ValueError, match="high must have 1 values, were: 0"):
        Bars("a", (0.5,), low=(0.4,))
    with pytest.raises(ValueError, match="a value for each of 2 groups, were: 1"):
        bar_chart(["g", "h"], [Bars("a", (0.5,))], title="t")
    with pytest.raises(ValueError, match="row must have 2 values"):
        Density((0, 1), (0, 1), ((0, 1), (0,)))


def test_a_range_must_rise() -> None:
    with pytest.raises(ValueError, match="must be finite and rise"):
        line_chart([Line("a", (1,), (1,))], title="t", y_range=(1.0, 1.0))


def test_a_told_range_holds_the_values_that_leave_it() -> None:
    svg = line_chart([Line("", (1, 2), (0.5, 7.0))], title="t", y_range=(0, 1))
    top = min(float(tick.get("y1", "")) for tick in elements(svg, "line"))
    assert float(elements(svg, "circle")[1].get("cy", "")) >= top


def test_texts_cannot_break_out_of_the_chart() -> None:
    nasty = '</text><script>alert("1")</script>\x00\ud800 & <b>'
    svg = bar_chart([nasty], [Bars(nasty, [1.0])], title=nasty, x_label=nasty)
    assert "<script" not in svg
    svg.encode("utf-8")
    assert elements(svg, "title")[0].text == nasty.replace("\x00", "�").replace("\ud800", "�")


def test_a_chart_is_told_to_readers_who_do_not_see_it() -> None:
    svg = bar_chart(["facts"], [Bars("", [0.5], [0.4], [0.6])], title="Scores")
    root = ElementTree.fromstring(svg)
    title, description = (root.find(SVG + tag) for tag in ("title", "desc"))
    assert title is not None and description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert description.text == "facts: 0.5 [0.4, 0.6]"


def test_a_bar_is_as_long_as_its_value_and_carries_its_interval() -> None:
    svg = bar_chart(
        ["a", "b", "c"],
        [Bars("", [0.25, 0.5, None], [0.2, 0.4, None], [0.3, 0.6, None])],
        title="t",
        x_range=(0, 1),
    )
    widths = [float(bar.get("width", "")) for bar in elements(svg, "rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)
    assert len(elements(svg, "path")) == 2
    assert "–" in texts(svg)


def test_a_negative_bar_points_the_other_way() -> None:
    svg = bar_chart(["a", "b"], [Bars("", [-0.5, 0.5])], title="t")
    left, right = elements(svg, "rect")
    assert float(left.get("x", "")) < float(right.get("x", ""))
    assert float(left.get("width", "")) == pytest.approx(float(right.get("width", "")), abs=0.2)


def test_a_long_name_is_cut_and_shown_whole_on_pointing() -> None:
    name = "what the character cannot know because of its era and its world"
    svg = bar_chart([name], [Bars("", [1.0])], title="t")
    assert not any(name == text for text in texts(svg))
    assert name in [title.text for title in elements(svg, "title")]


def test_scatter_categories_differ_by_shape_and_carry_notes() -> None:
    svg = scatter_chart(
        [Points("people", (0, 1), (0, 1), faint=True), Points("picks", (2,), (2,), ("ada",))],
        title="t",
    )
    assert len(elements(svg, "circle")) == 3  # two points and a key
    assert len(elements(svg, "path")) == 2
    assert "ada" in [title.text for title in elements(svg, "title")]


def test_contours_run_where_the_density_crosses_the_level() -> None:
    steps = [i / 10 - 2 for i in range(41)]
    cone = [[max(0.0, 1 - math.hypot(x, y)) for x in steps] for y in steps]
    svg = scatter_chart(
        [Points("", (-2, 2), (-2, 2))], title="t", density=Density(steps, steps, cone)
    )
    paths = [path.get("d", "") for path in elements(svg, "path")]
    assert len(paths) == 5
    reach = [max(float(x) for x, _ in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)) for path in paths]
    assert reach == sorted(reach, reverse=True)  # the lower the level, the wider its ring


def test_a_contour_stands_between_the_corners_where_its_level_is() -> None:
    ramp = Density((0, 1), (0, 1), ((0, 1), (0, 1)))  # rises along x
    svg = scatter_chart([Points("", (0, 1), (0, 1))], title="t", density=ramp)
    circles = [float(circle.get("cx", "")) for circle in elements(svg, "circle")]
    lines = [path.get("d", "") for path in elements(svg, "path")]
    shares = [
        (float(line[1:].split()[0]) - circles[0]) / (circles[1] - circles[0]) for line in lines
    ]
    assert shares == pytest.approx([0.05, 0.2, 0.4, 0.6, 0.8], abs=0.001)


def test_a_histogram_counts_every_value_once() -> None:
    svg = histogram([0, 0, 1, 2, 2, 2], title="t", bins=3, marker=1.5)
    notes = [title.text for bar in elements(svg, "rect") for title in bar]
    counts = [int((note or "").rsplit(" ", 1)[1]) for note in notes]
    assert counts == [2, 1, 3]
    assert "1.5" in texts(svg)


def test_a_histogram_of_one_value_is_a_chart() -> None:
    assert len(elements(histogram([3.0, 3.0], title="t"), "rect")) == 20


def test_bins_must_be_at_least_one() -> None:
    with pytest.raises(ValueError, match="bins must be at least 1, was: 0"):
        histogram([1.0], title="t", bins=0)


def test_the_same_data_gives_the_same_bytes() -> None:
    draw = [line_chart([Line("a", (1, 2), (0.1, 0.2))], title="t") for _ in range(2)]
    assert draw[0] == draw[1]
