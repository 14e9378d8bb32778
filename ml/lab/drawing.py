"""What every picture shares: paper, ink, and styles that colour-blind people and printers keep apart."""

from typing import Any

from ml.errors import UnusableInputError

BACKGROUND, INK, QUIET = "#ffffff", "#1b1f24", "#6b7280"
# Okabe and Ito's palette, yellow left out: it is too pale for lines on white.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
MARKS = ("o", "^", "s", "D", "v", "P", "X")


def line_of(index: int) -> tuple[str, Any]:
    """Return the (colour, line style) of the curve at `index`; 28 differ, as 7 and 4 share no factor."""
    return PALETTE[index % len(PALETTE)], LINES[index % len(LINES)]


def mark_of(index: int) -> tuple[str, str]:
    """Return the (colour, marker) of the class at `index`; 49 differ."""
    return PALETTE[index % len(PALETTE)], MARKS[(index + index // len(PALETTE)) % len(MARKS)]


def figure_of(width: float, height: float) -> Any:
    """Return an empty figure of that many inches.

    Raises UnusableInputError when matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  (an optional package)
        from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415  (the same)
    except ImportError as error:
        raise UnusableInputError("plots need matplotlib: pip install eigenlabel[plots]") from error
    layout = ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.14, wspace=0.04)
    return Figure(figsize=(width, height), dpi=160, facecolor=BACKGROUND, layout=layout)
