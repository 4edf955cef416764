"""Papers as one reads them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.pdf_text import text_of_pdf


def paper(browser: Browser, address: str) -> list[str]:
    """Return the sheets of a PDF as text, spaces drawn together."""
    answer = browser.get(address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer
    return [" ".join(one.split()) for one in text_of_pdf(answer.response.get_data()).split("\f")[:-1]]


def codes_on(browser: Browser, address: str, folder: Path) -> list[str]:
    """Return what a telephone would read from the QR codes of the first sheet of a PDF, printed in black on white."""
    for program, package in (("pdftoppm", "poppler-utils"), ("zbarimg", "zbar-tools")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; to get it: apt-get install {package}")
    answer = browser.get(address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer
    picture = folder / "sheet"
    # As coarse as a cheap printer: what is read here is read anywhere.
    command = ["pdftoppm", "-r", "150", "-gray", "-singlefile", "-png", "-", str(picture)]
    subprocess.run(command, input=answer.response.get_data(), check=True)
    seen = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", f"{picture}.png"],
        capture_output=True,
        text=True,
        check=False,
    )
    # 4: there is no code in the picture.
    assert seen.returncode in {0, 4}, seen.stderr
    return seen.stdout.split()
