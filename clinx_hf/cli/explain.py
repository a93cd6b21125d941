"""`clinx-hf text --explain`: the text as it is, every identifier in the colour of its kind, and who found it.

It prints identifiers, to the terminal alone: nothing is written to disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from clinx_hf.phi import CATEGORY, Label, Span

# One colour for each kind of HIPAA category: names, places, dates and ages, ways to reach somebody, numbers.
_COLOURS = {
    "A": "bold white on red",
    "B": "black on yellow",
    "C": "black on cyan",
    "D": "black on green",
    "-": "black on bright_yellow",
}
_OF_NUMBERS = "white on magenta"
_REACHED = frozenset("DEFNO")


def colour_of(label: Label) -> str:
    """Return the style in which spans of a label are shown."""
    category = CATEGORY[label]
    return _COLOURS["D"] if category in _REACHED else _COLOURS.get(category, _OF_NUMBERS)


def said(span: Span) -> str:
    """Return a span's label and source: "DOCTOR model 0.97", "DATE rule:numeric_dates"."""
    score = f" {span.score:.2f}" if span.source == "model" else ""
    return f"{span.label} {span.source}{score}"


def painted(text: str, spans: Sequence[Span]) -> Text:
    """Return the text with each span in colour, followed by its label and source."""
    shown, last = Text(), 0
    for span in spans:
        shown.append(text[last : span.start])
        shown.append(text[span.start : span.end], style=colour_of(span.label))
        shown.append(f"\u27e8{said(span)}\u27e9", style="dim")
        last = span.end
    return shown.append(text[last:])


def explain(text: str, spans: Sequence[Span]) -> None:
    """Print a text in colour, and how many identifiers each source found."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(painted(text, spans))
    counts = Counter((str(span.label), span.source) for span in spans)
    for (label, source), count in sorted(counts.items()):
        console.print(f"{label:<13} {source:<28} {count}", markup=False)
