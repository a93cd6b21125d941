"""The review page: every image before, masked and after, for the eyes of who owns the data. It holds identifiers.

The folder is readable by its owner only, ignored by git, and carries `MARKER`: what uploads must refuse a folder that has
it. The page opens from the folder without a server and asks nothing of any.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from PIL import Image

from clinx_hf.audit.leakage import INK, Filled, Looked
from clinx_hf.audit.leakage_figures import LeakageFigures
from clinx_hf.audit.readers import Picture
from clinx_hf.errors import BadInput

MARKER = ".holds-identifiers"
_NOTICE = "This folder holds identifiers: pictures before de-identification. Do not upload or commit it.\n"


class ReviewPage:
    """Pictures are written as they come, the page at the end.

    Raises:
        BadInput: the folder already holds something.
    """

    def __init__(self, folder: Path) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise BadInput("The folder for the review is not empty; name a new one.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / MARKER).write_text(_NOTICE, encoding="utf-8")
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        (folder / "pictures").mkdir(mode=0o700)
        self.folder = folder
        self._images: list[dict[str, Any]] = []

    def add(self, name: str, looked: Looked) -> None:
        """Write the pictures of one image; `name` is shown to the user."""
        number = len(self._images) + 1
        pictures = {"before": looked.pair.before, "after": looked.pair.after}
        places = {which: self._write(f"{number:05}-{which}.png", picture) for which, picture in pictures.items()}
        self._images.append({"number": number, "name": name, **places, **_described(looked)})

    def _write(self, name: str, picture: Picture) -> str:
        Image.fromarray(picture).save(self.folder / "pictures" / name, compress_level=3)
        return f"pictures/{name}"

    def finish(self, figures: LeakageFigures) -> Path:
        """Write the page; returns its path."""
        from jinja2 import Environment, StrictUndefined

        template = files("clinx_hf").joinpath("templates/review.html.j2").read_text(encoding="utf-8")
        environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        page = environment.from_string(template).render(figures=figures, images=self._images)
        path = self.folder / "index.html"
        path.write_text(page, encoding="utf-8")
        return path


def _described(looked: Looked) -> dict[str, Any]:
    height, width = looked.pair.before.shape[:2]
    regions = [
        _region(number, region, value)
        for number, (region, value) in enumerate(zip(looked.regions, looked.ink, strict=True), 1)
    ]
    left = [
        {
            "mark": f"!{n}",
            "kind": "leak",
            "reader": reading.reader,
            "scale": reading.scale,
            "text": s.text,
            "box": s.box,
        }
        for n, (reading, s) in enumerate(looked.left, 1)
    ]
    alarms = _alarms(looked)
    kinds = {region.reason for region in looked.regions}
    tags = [*alarms, *(["flagged"] if alarms else []), *sorted(kinds), *([] if kinds else ["untouched"])]
    counts = looked.counts
    return {
        "width": width,
        "height": height,
        "regions": regions,
        "left": left,
        "legible": (counts.before, counts.after),
        "tags": tags,
        "alarm": ", ".join(alarms.values()),
    }


def _alarms(looked: Looked) -> dict[str, str]:
    """What a reviewer must look at, as tag -> words."""
    counts = looked.counts
    alarms = {
        "leak": "still legible" if counts.after else "",
        "ink": "ink left" if counts.regions.ink_left else "",
        "outside": "changed outside" if counts.changed_outside else "",
        "flat": "painted flat" if any(region.flat for region in looked.regions) else "",
        "redactor": "flagged" if any(region.flagged for region in looked.regions) else "",
    }
    return {tag: words for tag, words in alarms.items() if words}


def _region(number: int, region: Filled, ink: float) -> dict[str, Any]:
    states = (("ink left", ink >= INK), ("flagged", region.flagged), ("painted flat", region.flat))
    told = [words for words, is_so in states if is_so]
    return {
        "mark": str(number),
        "kind": region.reason,
        "reason": region.reason.capitalize(),
        "source": region.source,
        "box": region.box,
        "state": ", ".join(told),
        "bad": bool(told),
    }
