"""How many labelled documents of a new origin the recognizer needs: `clinx-hf bench learning-curve`.

From weights that never saw the corpus, one short training for each number of documents, each of the same length; judged,
model alone, on documents of the corpus that no training saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from clinx_hf.errors import BadInput
from clinx_hf.metrics.spans import CharacterScores, character_scores
from clinx_hf.synthesis.corpora import LABEL_MAPS, CorpusNote, read_corpus
from clinx_hf.text.recognizer import Recognizer
from clinx_hf.training.recognizer import train
from clinx_hf.training.recognizer_start import RecognizerTraining


@dataclass(frozen=True)
class Point:
    """Character recall and precision after training on this many documents."""

    documents: int
    recall: float
    precision: float


@dataclass(frozen=True)
class LearningCurve:
    """The points of one corpus; `minutes` of training each, judged on `judged` documents."""

    corpus: str
    minutes: float
    judged: int
    points: list[Point]


def score(recognizer: Recognizer, notes: Sequence[CorpusNote]) -> CharacterScores:
    """Score the model alone; spans that count neither way are taken out of both sides."""
    total = CharacterScores()
    for item, found in zip(notes, recognizer([item.note.text for item in notes]), strict=True):
        text = item.note.text
        neither = {i for start, end in item.ignored for i in range(start, end)}
        marked = [(i, i + 1) for span in found for i in range(span.start, span.end) if i not in neither]
        gold = [(mention.start, mention.end) for mention in item.note.mentions]
        total += character_scores(len(text), gold, marked)
    return total


def measure(
    train_file: Path,
    judge_file: Path,
    label_map: str,
    start: Path,
    documents: Sequence[int],
    minutes: float,
    judged: int,
) -> LearningCurve:
    """Train and judge once for each number of documents; 0 judges the start itself.

    Raises:
        BadInput: the corpus has fewer documents than asked for.
    """
    corpus = LABEL_MAPS[label_map]
    notes = read_corpus(judge_file, corpus)[:judged]
    lines = train_file.read_text(encoding="utf-8").splitlines()
    if max(documents) > len(lines):
        raise BadInput(f"{train_file.name} has {len(lines)} documents, {max(documents)} were asked for.")
    points = []
    for number in documents:
        with TemporaryDirectory() as folder:
            weights = start
            if number:
                part = Path(folder) / "part.jsonl"
                part.write_text("\n".join(lines[:number]), encoding="utf-8")
                weights = train(
                    RecognizerTraining(
                        output=Path(folder) / "run",
                        minutes=minutes,
                        start=start,
                        corpora=((part, label_map),),
                        corpus_share=0.5,
                        encoder_rate=2e-4,
                        head_rate=1e-3,
                    )
                )
            scores = score(Recognizer.from_pretrained(weights), notes)
        points.append(Point(number, round(scores.recall, 4), round(scores.precision, 4)))
    return LearningCurve(train_file.parent.name, minutes, len(notes), points)


def table(curve: LearningCurve) -> str:
    """Return the curve as a Markdown table."""
    head = f"| documents of {curve.corpus} trained on | recall | precision |\n|---|---|---|\n"
    return head + "\n".join(f"| {p.documents} | {p.recall:.3f} | {p.precision:.3f} |" for p in curve.points)


def plot(curve: LearningCurve, path: Path) -> None:
    """Draw the curve as an SVG: equal steps for the numbers of documents, since they grow by factors."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4))
    places = range(len(curve.points))
    axes.plot(places, [p.recall for p in curve.points], marker="o", label="recall")
    axes.plot(places, [p.precision for p in curve.points], marker="s", label="precision")
    axes.set_xticks(list(places), [str(p.documents) for p in curve.points])
    axes.set_xlabel(f"labelled documents of {curve.corpus} ({curve.minutes:g} min of training each)")
    axes.set_ylabel("share of characters, recognizer alone")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
