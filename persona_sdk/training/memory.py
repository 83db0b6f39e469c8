"""Memory: how much there is, and what to lower when it runs out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from persona_sdk.errors import TrainingError
from persona_sdk.training.settings import Settings

_GROUP = Path("/sys/fs/cgroup")
_CPU_ALLOCATOR = "DefaultCPUAllocator"  # torch raises a plain RuntimeError on the CPU


def free_bytes() -> int:
    """Return the memory that a training may take: the GPU's, or else the machine's."""
    if torch.cuda.is_available():
        free: int = torch.cuda.mem_get_info()[0]
        return free
    return min(_free_here(), _free_in_group())


def holds_the_weights(settings: Settings) -> bool:
    """Say whether that memory holds the base already before a training starts.

    It is loaded beside the processor, and goes to a GPU with the training; in 4 bits at once.
    """
    return settings.four_bit or not torch.cuda.is_available()


@contextmanager
def telling_what_to_lower(settings: Settings) -> Iterator[None]:
    """Turn running out of memory into an error that says what to lower.

    Raises:
        TrainingError: Memory ran out.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise TrainingError(f"memory ran out: {what_to_lower(settings)}") from error
    except RuntimeError as error:
        if _CPU_ALLOCATOR not in str(error):
            raise
        raise TrainingError(f"memory ran out: {what_to_lower(settings)}") from error


def what_to_lower(settings: Settings) -> str:
    """Return what to change where the memory is too small, the first thing first."""
    advice = []
    if settings.batch > 1:
        held = f"raise --accumulation (now {settings.accumulation}) as much"
        advice.append(f"lower --batch (now {settings.batch}) and {held}")
    advice.append(f"lower --max-length (now {settings.max_length})")
    advice.append(f"lower --rank (now {settings.rank})")
    if torch.cuda.is_available() and not settings.four_bit:
        advice.append("give --four-bit")
    return ", ".join([*advice, "or take a smaller --base"])


def _free_here() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(s.split()[1]) << 10 for s in lines if s.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _free_in_group() -> int:
    """Return what the control group of a container leaves; much if it sets no limit."""
    try:
        most = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        used = int((_GROUP / "memory.current").read_text(encoding="ascii"))
        lines = (_GROUP / "memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return 1 << 62
    # Files that were read count as used, and are dropped where memory is wanted.
    dropped = sum(
        int(s.split()[1]) for s in lines if s.startswith(("inactive_file", "active_file"))
    )
    return most - used + dropped
