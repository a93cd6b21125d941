"""The one file that downloads or uploads. Nothing is fetched unless a hub id is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clinx_hf.errors import BadInput

if TYPE_CHECKING:
    from datasets import Dataset


def load_source(source: str) -> dict[str, Dataset]:
    """Load the splits of a dataset from a folder, or from the hub when no folder has that name.

    Raises:
        BadInput: neither a folder nor a hub dataset that can be reached.
    """
    from datasets import DatasetDict, load_dataset, load_from_disk

    folder = Path(source)
    try:
        if (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file():
            loaded = load_from_disk(source)
        else:
            loaded = load_dataset(source)
    except (OSError, ValueError) as error:
        where = "as a folder" if folder.exists() else "on this disk, nor on the hub (is HF_HUB_OFFLINE set?)"
        raise BadInput(f"The source cannot be read {where}: {type(error).__name__}.") from None
    return dict(loaded) if isinstance(loaded, DatasetDict) else {"train": loaded}
