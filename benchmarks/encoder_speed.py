"""How fast the encoders of the catalogue embed on this machine, beside EfficientNet-Lite0 at 224 pixels.

    python -m benchmarks.encoder_speed

The weights are random, so nothing is downloaded. The two take turns, so that whatever else the machine does
is the same for both; the figure is the median of the ratios, and between its quartiles lie half of them.
"""

import argparse
import statistics
import time

import torch
from torch import nn

from ml.config import KNOWN_ENCODERS, KnownEncoder
from ml.encoders import bundled, networks
from ml.encoders.folding import folded
from ml.runtime import choose_device

REFERENCE_SIZE = 224


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--encoders", nargs="+", help="names of the catalogue; left out: all")
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--turns", type=int, default=5, choices=range(2, 101), metavar="2..100")
    return parser.parse_args()


def network_of(encoder: KnownEncoder) -> nn.Module:
    """Return the network of `encoder` with its advised settings and random weights."""
    return networks.network_of(encoder.spec().model_copy(update={"pretrained": False})).network


def ready(network: nn.Module, size: int, device: torch.device) -> nn.Module:
    """Return `network` as embedding runs it on images of `size` pixels a side."""
    return folded(network, torch.rand(2, 3, size, size)).to(device)


def seconds(network: nn.Module, images: torch.Tensor) -> float:
    """Return how long `network` takes for `images`, N x 3 x H x W."""
    start = time.perf_counter()
    with torch.inference_mode():
        network(images).cpu()
    return time.perf_counter() - start


def ratios(network: nn.Module, size: int, reference: nn.Module, batch: int, turns: int) -> list[float]:
    """Return how many times as fast as `reference` the network is, by turn without the first."""
    device = next(reference.parameters()).device
    own = torch.rand(batch, 3, size, size, device=device)
    others = torch.rand(batch, 3, REFERENCE_SIZE, REFERENCE_SIZE, device=device)
    pairs = [(seconds(reference, others), seconds(network, own)) for _ in range(turns + 1)]
    return [reference_time / own_time for reference_time, own_time in pairs[1:]]


def main() -> None:
    """Print a line for each encoder of the catalogue."""
    options = arguments()
    device = choose_device()
    reference = ready(networks.create_network(bundled.ARCHITECTURE), REFERENCE_SIZE, device)
    for encoder in KNOWN_ENCODERS:
        if options.encoders and encoder.name not in options.encoders:
            continue
        network = ready(network_of(encoder), encoder.image_size, device)
        found = ratios(network, encoder.image_size, reference, options.batch_size, options.turns)
        low, middle, high = statistics.quantiles(found, n=4)
        print(f"{encoder.name} at {encoder.image_size}: {middle:.2f} ({low:.2f} to {high:.2f})", flush=True)


if __name__ == "__main__":
    main()
