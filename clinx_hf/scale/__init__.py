"""Running the transform over whole datasets."""
