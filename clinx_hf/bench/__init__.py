"""The figures of README and cards, measured by `clinx-hf bench` and written as JSON under `results/`."""
