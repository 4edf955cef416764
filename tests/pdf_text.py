"""What a person reads in a PDF, in the order of the page."""

import shutil
import subprocess

import pytest


def text_of_pdf(content: bytes) -> str:
    """Return the text of a PDF, pages divided by form feeds; skips where the program for it is missing."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed; to get it: apt-get install poppler-utils")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()
