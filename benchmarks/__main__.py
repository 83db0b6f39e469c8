"""Run the benchmarks, all or those named, and print one Markdown table.

```
python -m benchmarks [cascade] [generation] [guard] [score]
```
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Iterator, Sequence

import benchmarks
from benchmarks.rows import Row, markdown

_NOT_BENCHMARKS = (
    "__main__",
    "conversations",
    "footprint",
    "growth",
    "mara",
    "rivals",
    "rows",
    "server",
)


def main(names: Sequence[str]) -> int:
    """Run the benchmarks of these names; none means all. Returns the exit code."""
    known = [m.name for m in pkgutil.iter_modules(benchmarks.__path__)]
    known = [name for name in known if name not in _NOT_BENCHMARKS]
    if unknown := [name for name in names if name not in known]:
        print(f"no benchmark is called {unknown[0]!r}: choose from {', '.join(known)}")
        return 2
    rows = list(_run(names or known))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(markdown(rows))
    return 0


def _run(names: Sequence[str]) -> Iterator[Row]:
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr)
        yield from importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
