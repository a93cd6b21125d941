"""Figures: span scores, intervals. NumPy only."""
