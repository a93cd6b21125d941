"""Pixels: an image goes in, regions are decided and filled, a clean image leaves.

Conventions of this folder: images are arrays (H, W, C) uint8 with C 1 or 3; boxes are (x0, y0, x1, y1) in pixels,
half-open; masks are (H, W) bool, True where pixels go.
"""
