#!/usr/bin/env python3
"""De-identify VQA-RAD: `python dataset_scripts/deid_vqa_rad.py --source <hub id or local folder> --output <folder>`.

A local folder is either one that `load_dataset` reads, or the set as its authors published it (`qa.jsonl`, `images/`).
The result is Parquet in hub layout with a card and a report. Exit code 0 = done, 1 = failed, 2 = bad arguments or input.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clinx_hf.errors import BadInput, ClinxError
from clinx_hf.hub import load_source
from clinx_hf.scale.local import clean_dataset
from clinx_hf.scale.vqa_rad import load_folder
from clinx_hf.transform import Deidentifier


def main() -> int:
    """Parse, clean, print one line."""
    parser = argparse.ArgumentParser(description="De-identify VQA-RAD.")
    parser.add_argument("--source", default="flaviagiammarino/vqa-rad", help="hub id or local folder")
    parser.add_argument("--output", required=True, type=Path, help="new folder for the clean dataset")
    parser.add_argument("--policy", default="safe-harbor")
    parser.add_argument("--overlay", default="phi", choices=("phi", "all"))
    arguments = parser.parse_args()
    source = Path(arguments.source)
    try:
        splits = load_folder(source) if (source / "qa.jsonl").is_file() else load_source(arguments.source)
        deidentifier = Deidentifier(policy=arguments.policy, overlay=arguments.overlay)
        print(clean_dataset(splits, deidentifier, arguments.output, "VQA-RAD").sentence())
    except BadInput as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    except ClinxError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
