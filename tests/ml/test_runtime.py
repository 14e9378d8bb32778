"""How many threads compute, which decides how sums are rounded."""

import pytest
import torch

from ml.runtime import available_cores, choose_device, computing_threads


@pytest.mark.parametrize(("wish", "threads"), [("3", 3), ("", None), ("0", None), ("4,2", None)])
def test_threads_are_as_many_as_wished_or_as_there_are_cores(
    wish: str, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", wish)
    assert computing_threads() == (threads or available_cores())


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is there")
def test_the_processor_computes_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    try:
        assert (choose_device().type, torch.get_num_threads()) == ("cpu", 3)
    finally:
        torch.set_num_threads(before)
