"""VQA-RAD as its authors published it: `qa.jsonl` beside a folder of images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinx_hf.errors import BadInput

if TYPE_CHECKING:
    from datasets import Dataset

_TEXTS = ("question", "answer", "question_rephrase", "question_frame")
_KINDS = ("answer_type", "question_type", "image_organ")


def load_folder(folder: Path) -> dict[str, Dataset]:
    """Load the splits of a VQA-RAD folder (`qa.jsonl`, `images/`): image, questions, answer and their kinds.

    Raises:
        BadInput: the folder does not hold the set.
    """
    from datasets import Dataset, Features, Image, Value

    if not (folder / "qa.jsonl").is_file():
        raise BadInput(f"{folder} holds no qa.jsonl; name the folder of VQA-RAD, or its hub id.")
    lines = (folder / "qa.jsonl").read_text(encoding="utf-8").splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    features = Features({"image": Image(), **{name: Value("string") for name in (*_TEXTS, *_KINDS)}})
    splits = {}
    for split in ("train", "test"):
        chosen = [row for row in rows if row["split"] == split]
        columns: dict[str, list[Any]] = {name: [row[name] for row in chosen] for name in (*_TEXTS, *_KINDS)}
        columns["image"] = [str(folder / "images" / row["image"]) for row in chosen]
        splits[split] = Dataset.from_dict(columns, features=features)
    return splits
