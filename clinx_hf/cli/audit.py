"""`clinx-hf audit`: questions about de-identified data."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

import click

_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_new_folder = click.Path(file_okay=False, path_type=Path)


@click.group()
def audit_command() -> None:
    """Ask a question of a dataset before and after; the answer is a figure and an exit code.

    Example: clinx-hf audit leakage --images ../shared/data/vqa_rad/images --limit 0.05
    """


@audit_command.command()
@click.option("--images", required=True, type=_folder, help="Folder of original pictures.")
@click.option(
    "--clean",
    default=None,
    type=_folder,
    help="Clean pictures: what `clinx-hf image` or `dataset` wrote of them in the order of their names (default: made now).",
)
@click.option(
    "--review", default=None, type=_new_folder, help="New folder for a page of before and after. It holds identifiers."
)
@click.option("--limit", default=0.05, show_default=True, help="Largest share of images that may leak.")
@click.option("--most", default=None, type=int, help="Look at the first so many images only.")
@click.option(
    "--text-free", default=None, type=_file, help="File with names of pictures that hold no text, one a line."
)
@click.option(
    "--results", default=None, type=click.Path(path_type=Path), help="Folder for leakage_SET.json: counts only."
)
def leakage(
    images: Path,
    clean: Path | None,
    review: Path | None,
    limit: float,
    most: int | None,
    text_free: Path | None,
    results: Path | None,
) -> None:
    """Can another reader (Tesseract, RapidOCR) still read a name, date, id or uuid? Exit code 1 above the limit.

    Values that are known to be in the pictures may be given in known.jsonl beside them, one picture a line:
    {"file_name": "1.png", "known": ["SMITH", "11-05-2010"]}.

    Example: clinx-hf audit leakage --images ../shared/data/vqa_rad/images --review runs/review
    """
    from clinx_hf.audit.leakage_figures import table
    from clinx_hf.audit.leakage_pictures import leakage_of_folder

    figures = leakage_of_folder(images, clean, limit, most, text_free, review)
    click.echo(table(figures))
    if results is not None:
        from clinx_hf.bench.results import write_result

        folder = images.resolve()
        name = folder.parent.name if folder.name == "images" else folder.name  # as the data sets are laid out
        write_result(results, f"leakage_{name}", figures, images=figures.images)
    if review is not None:
        click.echo(f"The page holds identifiers; look at it with a browser: {review / 'index.html'}", err=True)
    if not figures.passed:
        sys.exit(1)


@audit_command.command()
@click.option("--model", default=None, help="Folder or hub id of a recognizer (default: the embedded one, offline).")
@click.option("--names", default=None, type=_file, help="JSONL of further names: culture, gender, kind, name.")
@click.option("--gliner", multiple=True, help="Folder or hub id of a GLiNER to compare.")
@click.option("--token-classifier", multiple=True, help="Folder or hub id of a token-classification model to compare.")
@click.option("--llm", multiple=True, help="Folder or hub id of an instruct language model to compare.")
@click.option("--peer-python", default=None, type=_file, help="Python with the peers' packages.")
@click.option("--peer", multiple=True, type=click.Choice(["presidio", "philter"]), default=["presidio", "philter"],
              show_default=True, help="Peers that the Python of --peer-python has.")  # fmt: skip
@click.option("--every", default=3, show_default=True, help="Systems to compare read every so-many-th carrier.")
@click.option("--price-per-hour", default=0.05, show_default=True, help="Dollars for an hour of one core.")
@click.option("--limit", default=0.01, show_default=True, help="Largest gap between cultures or genders that passes.")
@click.option("--floor", default=0.985, show_default=True, help="Lowest recall of a culture or gender that passes.")
@click.option("--seed", default=0, show_default=True, help="The only source of chance.")
@click.option("--results", default=None, type=click.Path(path_type=Path), help="Folder for fairness.json and .png.")
def fairness(
    model: str | None,
    names: Path | None,
    gliner: tuple[str, ...],
    token_classifier: tuple[str, ...],
    llm: tuple[str, ...],
    peer_python: Path | None,
    peer: tuple[str, ...],
    every: int,
    price_per_hour: float,
    limit: float,
    floor: float,
    seed: int,
    results: Path | None,
) -> None:
    """Are names of every culture and gender found alike? The same notes, other names; exit code 1 outside the limits.

    Example: clinx-hf audit fairness --names ../shared/data/names/names.jsonl --results results
    """
    from clinx_hf.audit import systems
    from clinx_hf.audit.fairness import audit_fairness, fairness_cases, table
    from clinx_hf.audit.fairness_plot import plot
    from clinx_hf.bench.peers import peer as peer_named
    from clinx_hf.bench.results import write_result
    from clinx_hf.text.scrubber import Scrubber

    kinds = (
        (systems.gliner_system, gliner),
        (systems.token_classification_system, token_classifier),
        (systems.language_model_system, llm),
    )
    models = (make(name) for make, named in kinds for name in named)
    peers = (peer_named(name, peer_python) for name in peer) if peer_python else ()
    scrubber = Scrubber(policy="strict", model=model)
    figures = audit_fairness(
        fairness_cases(names, seed),
        systems.shipped_systems(scrubber),
        chain(models, peers),
        pieces=systems.sub_words(scrubber),
        every=every,
        seed=seed,
        price_per_hour=price_per_hour,
        limit=limit,
        floor=floor,
    )
    click.echo(table(figures))
    if results is not None:
        write_result(results, "fairness", figures, carriers=figures.carriers, texts=figures.texts)
        plot(figures, results / "fairness.png")
    if not figures.passed:
        sys.exit(1)


@audit_command.command()
@click.option("--notes", default=300, show_default=True, help="Labelled notes of the package to work on.")
@click.option("--miss-rate", default=0.05, show_default=True, help="Share of the identifiers that is left on purpose.")
@click.option("--seeds", default=3, show_default=True, help="Repetitions with other misses and keys.")
@click.option("--limit", default=0.5, show_default=True, help="Largest share that a counting attacker may find.")
@click.option("--results", default=None, type=click.Path(path_type=Path), help="Folder for surrogates.json.")
def surrogates(notes: int, miss_rate: float, seeds: int, limit: float, results: Path | None) -> None:
    """Do surrogates hide what was missed? An attacker trained on the output looks for it; exit code 1 above the limit.

    Example: clinx-hf audit surrogates --results results
    """
    from clinx_hf.audit.surrogates import audit_surrogates, chosen_notes, table
    from clinx_hf.synthesis.notes import carriers

    figures = audit_surrogates(chosen_notes(carriers(), notes), miss_rate, seeds, limit)
    click.echo(table(figures))
    if results is not None:
        from clinx_hf.bench.results import write_result

        write_result(
            results, "surrogates", figures, notes=figures.notes, mentions=figures.mentions, seeds=figures.seeds
        )
    if not figures.passed:
        sys.exit(1)
