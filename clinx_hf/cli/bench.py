"""`clinx-hf bench`: measure the figures of README and cards, and render them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_results = click.option(
    "--results", default="results", show_default=True, type=click.Path(path_type=Path), help="Folder of the figures."
)
_data = click.option(
    "--data",
    default="../shared/data",
    show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the data sets.",
)


@click.group()
def bench_command() -> None:
    """Measure figures (JSON under results/) and render README and cards from them.

    Example: clinx-hf bench text
    """


@bench_command.command()
@_data
@_results
@click.option(
    "--peer-python", default=None, type=click.Path(exists=True, path_type=Path), help="Python with the peers."
)
@click.option("--limit", default=None, type=click.IntRange(min=1), help="Documents of each set, for a quick look.")
@click.option(
    "--show", default=0, show_default=True, help="Print so many of the words taken out that are no identifiers."
)
def text(data: Path, results: Path, peer_python: Path | None, limit: int | None, show: int) -> None:
    """Recall, precision, labels, words lost and speed on all sets of texts, beside peers.

    Example: clinx-hf bench text --peer-python .venv-peer/bin/python
    """
    from dataclasses import asdict

    from clinx_hf.bench.results import write_result
    from clinx_hf.bench.text import measure
    from clinx_hf.bench.text_tables import all_tables

    figures, wrong = measure(data, peer_python, limit)
    limited = {} if limit is None else {"documents at most": limit}
    write_result(results, "text", figures, notes=figures.notes, characters=figures.characters, **limited)
    click.echo(all_tables(asdict(figures)))
    for name, words in wrong.items() if show else ():
        click.echo(f"\n{name}: " + ", ".join(f"{word} {times}" for word, times in words.most_common(show)))


@bench_command.command()
@_data
def rules(data: Path) -> None:
    """Measure how precise each rule and the model are, and write the list that fusion decides by.

    Example: clinx-hf bench rules
    """
    from clinx_hf.bench.rules import measure, write
    from clinx_hf.text.lists import path_of

    rows = measure(data)
    write(rows, path_of("precision"))
    click.echo(f"{len(rows)} rows written.")


@bench_command.command(name="vqa-rad")
@_data
@_results
@click.option("--output", default=None, type=click.Path(path_type=Path), help="Keep the clean dataset in this folder.")
def vqa_rad(data: Path, results: Path, output: Path | None) -> None:
    """De-identify all of VQA-RAD: time, pixels outside the boxes, and what Tesseract still reads.

    Example: clinx-hf bench vqa-rad
    """
    from clinx_hf.bench.results import write_result
    from clinx_hf.bench.vqa_rad import measure, table

    figures = measure(data / "vqa_rad", output)
    write_result(results, "vqa_rad", figures, images=figures.images, rows=figures.rows)
    click.echo(table(figures))


@bench_command.command()
@_data
@_results
@click.option(
    "--part",
    type=click.Choice(["all", "reading", "redaction", "inpainting"]),
    default="all",
    show_default=True,
    help="Only a whole run is written to the results.",
)
@click.option(
    "--peer-python",
    default=None,
    type=click.Path(exists=True, path_type=Path),
    help="Python with presidio-image-redactor.",
)
@click.option("--pictures", default=150, show_default=True, type=click.IntRange(min=4), help="Pictures with overlays.")
@click.option("--sheet", default=None, type=click.Path(path_type=Path), help="Also draw phantoms before and after.")
def image(data: Path, results: Path, part: str, peer_python: Path | None, pictures: int, sheet: Path | None) -> None:
    """Burned-in text found, read and removed, marks kept, and fills, beside peers, on pictures never trained on.

    Example: clinx-hf bench image --peer-python .venv-peer/bin/python
    """
    from dataclasses import asdict

    from clinx_hf.bench.image import PARTS, measure, write_sheet
    from clinx_hf.bench.image_tables import all_tables
    from clinx_hf.bench.results import write_result

    figures = measure(data, PARTS if part == "all" else (part,), peer_python, pictures)
    if part == "all":
        sizes = {"pictures": figures.pictures, "identifiers": figures.identifiers}
        write_result(results, "image", figures, **sizes, **{"pictures without text": figures.text_free})
    if sheet is not None:
        write_sheet(sheet)
    click.echo(all_tables(asdict(figures)))


@bench_command.command()
@_results
@click.option("--rewriter", default=None, help="Folder or hub id of a larger model (default: the embedded one).")
def rewrite(results: Path, rewriter: str | None) -> None:
    """Fallbacks, fillers, what is kept, and speed of the style rewrite on held-out texts.

    Example: clinx-hf bench rewrite
    """
    from clinx_hf.bench.results import write_result
    from clinx_hf.bench.rewrite import measure, table
    from clinx_hf.text.rewriter import loaded

    figures = measure(loaded(rewriter))
    write_result(results, "rewrite", figures, texts=figures.texts, identifiers=figures.identifiers)
    click.echo(table(figures))


@bench_command.command()
@_results
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a page differs from the figures.")
def render(results: Path, check: bool) -> None:
    """Write the tables of README and model cards from the figures.

    Example: clinx-hf bench render
    """
    from clinx_hf.bench.render import render_page

    pages = [Path("README.md"), *sorted(Path("model_cards").glob("*.md"))]
    changed = [str(page) for page in pages if render_page(page, results, write=not check)]
    if check and changed:
        click.echo(f"{', '.join(changed)} differ from results/; run: clinx-hf bench render", err=True)
        sys.exit(1)


@bench_command.command(name="learning-curve")
@_data
@_results
@click.option(
    "--start",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Weights that never saw MEDDOCAN.",
)
@click.option("--documents", multiple=True, type=int, default=(0, 50, 200, 500), show_default=True, help="How many.")
@click.option("--minutes", default=3.0, show_default=True, help="Training for each number of documents.")
def learning_curve(data: Path, results: Path, start: Path, documents: tuple[int, ...], minutes: float) -> None:
    """How recall grows with the number of labelled documents of a new origin (MEDDOCAN, Spanish).

    Example: clinx-hf bench learning-curve --start runs/recognizer/start
    """
    from clinx_hf.bench.learning_curve import measure, plot, table
    from clinx_hf.bench.results import write_result

    files = (data / "meddocan" / "train.jsonl", data / "meddocan" / "dev.jsonl")
    curve = measure(*files, "meddocan", start, documents, minutes, judged=80)
    write_result(results, "learning_curve", curve, judged=curve.judged)
    plot(curve, results / "learning_curve.svg")
    click.echo(table(curve))


@bench_command.command()
@_data
@_results
@click.option("--checkpoint", multiple=True, metavar="NAME=FOLDER", help="A checkpoint to measure; may be repeated.")
@click.option(
    "--shrink",
    default=None,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A six-layer checkpoint from which smaller shapes are cut.",
)
def ablation(data: Path, results: Path, checkpoint: tuple[str, ...], shrink: Path | None) -> None:
    """What depth, width, averaging and decoding are worth on the dev notes, model alone.

    Example: clinx-hf bench ablation --checkpoint shipped=clinx_hf/weights/recognizer
    """
    from clinx_hf.bench.ablation import measure, table
    from clinx_hf.bench.results import write_result
    from clinx_hf.synthesis.notes import read_notes

    named = {}
    for item in checkpoint:
        name, mark, folder = item.partition("=")
        if not mark or not Path(folder).is_dir():
            raise click.BadParameter("write NAME=FOLDER, with a folder that exists", param_hint="--checkpoint")
        named[name] = Path(folder)
    made = measure(read_notes(sorted((data / "notes_dev").glob("*.txt"))), named, shrink)
    write_result(results, "ablation", made, notes=made.notes)
    click.echo(table(made))
