"""The fonts that overlays are drawn with: what is installed, which are plain, which are kept for judging.

A font is named by its file. Fonts of HELD_OUT families are never used in training, so that the figures of the
reader speak of type that it has not seen.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ImageFont

from clinx_hf.errors import BadInput

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
# Stylish or incomplete sets: no Latin, signs only, or bitmap-like outlines that no viewer uses.
EXCLUDED = (
    "symbol",
    "math",
    "emoji",
    "icon",
    "dingbat",
    "cmex",
    "cmmi",
    "cmsy",
    "msam",
    "msbm",
    "tlwg",
    "music",
    "cuneiform",
    "hieroglyph",
    "braille",
    "opensymbol",
    "cmunobi",
    "cmunbi",
)
# What viewers, scanners and portals draw with: half of all draws come from these.
PLAIN = (
    "dejavusans",
    "liberationsans",
    "arimo",
    "roboto-",
    "roboto",
    "opensans",
    "verdana",
    "tahoma",
    "arial",
    "freesans",
    "liberationmono",
    "dejavusansmono",
    "cousine",
    "carlito",
    "hack",
)
HELD_OUT = (
    "lato",
    "b612",
    "courierprime",
    "courier-prime",
    "courier_prime",
    "play-",
    "quicksand",
    "ptsans",
    "pts",
    "ptm",
    "mononoki",
    "freeserif",
    "liberationsansnarrow",
    "inconsolata",
    "caladea",
)


@dataclass(frozen=True)
class Fonts:
    """Font files to draw with: `plain` is the half that looks like viewers' type, `every` holds all of them."""

    plain: tuple[str, ...]
    every: tuple[str, ...]

    def pick(self, rng: np.random.Generator) -> str:
        """Return one font file: a plain one half of the time."""
        pool = self.plain if self.plain and rng.random() < 0.5 else self.every
        return pool[int(rng.integers(len(pool)))]


def _key(path: Path) -> str:
    return path.stem.lower().replace(" ", "")


def _is(path: Path, names: Sequence[str]) -> bool:
    key = _key(path)
    return any(key.startswith(name) for name in names)


@functools.lru_cache(maxsize=4)
def installed(held_out: bool = False) -> Fonts:
    """Return the usable fonts of this machine: those for training, or with `held_out` those for judging.

    A font is usable when PIL opens it and it has ink for Latin letters and digits that differ from each other.
    Raises BadInput when there is none.
    """
    files = sorted(
        {p for folder in FOLDERS if folder.is_dir() for p in folder.rglob("*") if p.suffix.lower() in (".ttf", ".otf")}
    )
    chosen = [p for p in files if not any(word in _key(p) for word in EXCLUDED) and _is(p, HELD_OUT) == held_out]
    usable = [p for p in chosen if _has_latin(str(p))]
    if not usable:
        raise BadInput(f"No usable font among {len(files)} font files; install a package such as fonts-dejavu.")
    return Fonts(tuple(str(p) for p in usable if _is(p, PLAIN)), tuple(str(p) for p in usable))


def _has_latin(path: str) -> bool:
    try:
        font = ImageFont.truetype(path, 24)
        signs = [bytes(font.getmask(sign)) for sign in "Ag8"]
        absent = bytes(font.getmask("\uffff"))
    except (OSError, ValueError):
        return False
    return all(signs) and len(set(signs)) == 3 and absent not in signs


@functools.lru_cache(maxsize=2048)
def cap_ratio(path: str) -> float:
    """Return the height of a capital H of this font, as a fraction of the font size."""
    box = ImageFont.truetype(path, 100).getbbox("H")
    return max(0.2, (box[3] - box[1]) / 100)


@functools.lru_cache(maxsize=256)
def at_size(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the font at `size` pixels per em (kept open: opening costs more than drawing)."""
    return ImageFont.truetype(path, size)


def at_cap(path: str, cap: float) -> ImageFont.FreeTypeFont:
    """Return the font at the size whose capitals are about `cap` pixels tall."""
    return at_size(path, max(4, round(cap / cap_ratio(path))))


@functools.lru_cache(maxsize=2048)
def signs(path: str, asked: str) -> frozenset[str]:
    """Return those of the `asked` signs that the font has ink of its own for (the space always counts)."""
    font = at_size(path, 20)
    absent = bytes(font.getmask("\uffff"))
    return frozenset(s for s in asked if s == " " or bytes(font.getmask(s)) not in (b"", absent))
