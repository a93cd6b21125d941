"""`python -m clinx_hf`: the same as `clinx-hf`."""

from clinx_hf.cli import main

if __name__ == "__main__":
    main()
