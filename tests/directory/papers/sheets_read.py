"""Papers as one reads them."""

from tests.browser import Browser
from tests.pdf_text import text_of_pdf


def paper(browser: Browser, address: str) -> list[str]:
    """Return the sheets of a PDF as text, spaces drawn together."""
    answer = browser.get(address)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer
    return [" ".join(one.split()) for one in text_of_pdf(answer.response.get_data()).split("\f")[:-1]]
