"""The review page: for the owner's eyes, without a server, and kept out of every push."""

import re
import stat

import numpy as np
import pytest

from clinx_hf.audit.leakage import Filled, Pair, audit_leakage
from clinx_hf.audit.readers import SecondReader, Seen
from clinx_hf.audit.review_page import MARKER, ReviewPage
from clinx_hf.errors import BadInput

NASTY = "Uploader : </script><img src=x onerror=alert(1)>"


@pytest.fixture
def folder(tmp_path):
    picture = np.full((60, 80, 3), 30, np.uint8)
    clean = picture.copy()
    clean[10:20, 10:40] = 33
    reader = SecondReader("fake", lambda image: [Seen(NASTY, (1, 1, 9, 9), 0.9)], 10**9, False)
    pair = Pair(picture, clean, (Filled((8, 8, 42, 22), "identifier", "reader, name", flat=True),), ("Uploader",))
    page = ReviewPage(tmp_path / "review")
    figures = audit_leakage([pair, pair], readers=[reader], observe=lambda looked: page.add("<b>scan</b>.png", looked))
    assert page.finish(figures) == tmp_path / "review" / "index.html"
    return tmp_path / "review"


def test_the_folder_is_private_and_marked(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / MARKER).is_file()
    assert (folder / ".gitignore").read_text() == "*\n"
    with pytest.raises(BadInput, match="not empty"):
        ReviewPage(folder)


def test_the_page_asks_nothing_of_any_server(folder):
    page = (folder / "index.html").read_text()
    assert not re.findall(r"""(?:https?:|["'(]//)""", page)
    assert not re.findall(r"<(?:link|iframe|object|embed|form|base)\b|@import|url\(|fetch\(|XMLHttp|import\(", page)
    assert "default-src 'none'" in page
    pictures = set(re.findall(r"pictures/[\w-]+\.png", page))
    assert len(pictures) == 4
    assert all((folder / picture).is_file() for picture in pictures)


def test_the_page_says_that_it_holds_identifiers_and_why_each_region_went(folder):
    page = (folder / "index.html").read_text()
    assert "This page holds identifiers." in page
    for word in ("reader, name", "painted flat", "Identifier", "still legible"):
        assert word in page


def test_what_was_read_cannot_run_in_the_page(folder):
    page = (folder / "index.html").read_text()
    assert "<img src=x" not in page
    assert page.count("</script>") == 2
