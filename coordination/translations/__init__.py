"""The German catalogue, and the check that it is complete."""
