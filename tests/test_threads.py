"""The number of threads changes no result: in a worker (one thread) and outside it the bits are the same."""

import numpy as np
import pytest

from clinx_hf.threads import one_thread


@pytest.fixture
def threads():
    import torch

    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_one_thread_gives_the_number_back(threads):
    import torch

    threads(2)
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_texts_and_lines_are_the_same_with_one_thread_and_two(threads):
    from PIL import Image, ImageDraw, ImageFont

    from clinx_hf.image.reader import Reader
    from clinx_hf.text.recognizer import Recognizer

    image = Image.new("L", (500, 380), 10)
    ImageDraw.Draw(image).text((20, 350), "GARCIA^MARIA 03/04/2021", fill=230, font=ImageFont.load_default(14))
    pixels = np.asarray(image)[..., None]
    texts = ["Seen by Dr. Ann Leeworth on 3/4/2021 with her son Peter.", "The lungs are clear. " * 40]
    recognizer, reader = Recognizer.from_pretrained(), Reader.from_folder(None)
    results = []
    for number in (1, 2):
        threads(number)
        windows = [w for text in texts for w in recognizer.read(text).windows]
        results.append(([s.tobytes() for s in recognizer.score_windows(windows)], reader(pixels)))
    assert results[0] == results[1]
    assert results[0][1]
