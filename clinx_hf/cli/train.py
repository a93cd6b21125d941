"""`clinx-hf train`: make the embedded models anew."""

from __future__ import annotations

import logging
from pathlib import Path

import click

_output = click.option(
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for checkpoints and weights.",
)
_data = click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the data sets.",
)
_seed = click.option("--seed", default=1, show_default=True, help="Seed of weights and data.")
_threads = click.option("--threads", default=1, show_default=True, help="CPU threads.")


@click.group()
def train_command() -> None:
    """Train one of the embedded models; interrupted, a training goes on where it was.

    Example: clinx-hf train recognizer --output runs/recognizer --minutes 60
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


@train_command.command()
@_output
@_seed
@_threads
@click.option("--minutes", default=60.0, show_default=True, help="Wall-clock budget.")
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Your labelled texts: JSONL rows {"text", "entities": [{"start", "end", "label"}]}; training goes on from START.',
)
@click.option("--label-map", default="own", show_default=True, help="How --data names its labels.")
@click.option("--share", default=0.5, show_default=True, help="Share of the training texts drawn from --data.")
@click.option(
    "--start",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Checkpoint to go on from; with --data the embedded one, else MiniLM's encoder.",
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Texts counted for the vocabulary.",
)
@click.option("--clean", multiple=True, type=click.Path(exists=True, path_type=Path), help="Texts without identifiers.")
@click.option("--lexicons", type=click.Path(exists=True, path_type=Path), help="Folder of term lists, for negatives.")
@click.option("--dev", multiple=True, type=click.Path(exists=True, path_type=Path), help="Labelled notes to judge on.")
def recognizer(
    output: Path,
    seed: int,
    threads: int,
    minutes: float,
    data: tuple[Path, ...],
    label_map: str,
    share: float,
    start: Path | None,
    texts: tuple[Path, ...],
    clean: tuple[Path, ...],
    lexicons: Path | None,
    dev: tuple[Path, ...],
) -> None:
    """Train the text recognizer on the package's carriers, or on from a checkpoint on your own labelled texts.

    Example: clinx-hf train recognizer --data notes.jsonl --output runs/mine --minutes 10
    """
    from dataclasses import replace

    from clinx_hf.synthesis.corpora import LABEL_MAPS
    from clinx_hf.text.recognizer import embedded_folder
    from clinx_hf.training.recognizer import train
    from clinx_hf.training.recognizer_start import RecognizerTraining

    if label_map not in LABEL_MAPS:
        raise click.BadParameter(f"offered are {', '.join(LABEL_MAPS)}", param_hint="--label-map")
    if data and start is None:
        start = embedded_folder()
    settings = RecognizerTraining(
        output=output,
        minutes=minutes,
        start=start,
        corpora=tuple((path, label_map) for path in data),
        corpus_share=share,
        texts=texts,
        clean=clean,
        lexicons=lexicons,
        dev=dev,
        seed=seed,
        threads=threads,
    )
    if start:  # what was learned is not to be shaken loose
        settings = replace(settings, encoder_rate=2e-4, head_rate=1e-3)
    click.echo(train(settings))


@train_command.command()
@_data
@_output
@_seed
@_threads
@click.option("--minutes-detector", default=40.0, show_default=True, help="Wall-clock budget of the detector.")
@click.option("--minutes-recogniser", default=45.0, show_default=True, help="Wall-clock budget of the recogniser.")
def reader(
    data: Path, output: Path, seed: int, threads: int, minutes_detector: float, minutes_recogniser: float
) -> None:
    """Train the reader of burned-in text on synthetic overlays.

    Example: clinx-hf train reader --data ../shared/data --output runs/reader
    """
    from clinx_hf.training.reader import ReaderTraining, train

    click.echo(
        train(
            ReaderTraining(
                data=data,
                output=output,
                minutes_detector=minutes_detector,
                minutes_recogniser=minutes_recogniser,
                seed=seed,
                threads=threads,
            )
        )
    )


@train_command.command()
@_data
@_output
@_seed
@_threads
@click.option("--minutes", default=40.0, show_default=True, help="Wall-clock budget.")
def ppgan(data: Path, output: Path, seed: int, threads: int, minutes: float) -> None:
    """Train the inpainting generator.

    Example: clinx-hf train ppgan --data ../shared/data --output runs/ppgan
    """
    from clinx_hf.training.ppgan import PPGANTraining, train

    click.echo(train(PPGANTraining(data=data, output=output, minutes=minutes, seed=seed, threads=threads)))


@train_command.command()
@_output
@_seed
@_threads
@click.option("--minutes", default=20.0, show_default=True, help="Wall-clock budget.")
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help='Texts without identifiers (JSONL with a "text" column): how generic mentions are used is learned from them.',
)
def rewriter(output: Path, seed: int, threads: int, minutes: float, texts: tuple[Path, ...]) -> None:
    """Train the rewriter on the package's carriers and on generic mentions in real texts.

    Example: clinx-hf train rewriter --output runs/rewriter --texts ../shared/data/mtsamples/mtsamples_900.jsonl
    """
    from clinx_hf.training.rewriter import RewriterTraining, train

    click.echo(train(RewriterTraining(output=output, texts=texts, minutes=minutes, seed=seed, threads=threads)))
