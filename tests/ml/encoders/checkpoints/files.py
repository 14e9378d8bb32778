"""Files in the layouts that MoCo, SimCLR, DeepCluster and BiT have published, with random weights."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml.encoders import torchvision_operators

torchvision_operators.declare_missing()
from torchvision.models import resnet18, resnet50  # noqa: E402  (needs the operators)

__all__ = ["resnet18", "resnet50"]
State = dict[str, torch.Tensor]
TENSORFLOW = Path(__file__).parent / "tensorflow.ckpt.index"
STAGES = (3, 4, 6, 3)


def reference(make: Any = resnet50) -> Any:
    """Return torchvision's ResNet without classifier, random, with the statistics of random images."""
    torch.manual_seed(0)
    network = make()
    network.fc = torch.nn.Identity()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
            torch.nn.init.normal_(module.bias, 0, 0.1)
    with torch.no_grad():
        network.train()(torch.rand(8, 3, 64, 64))
    return network.eval()


def width_of(state: State) -> int:
    """Return how many features a ResNet with that state has."""
    return 2048 if "layer1.0.conv3.weight" in state else 512


def moco(state: State, head: str = "v2") -> dict[str, Any]:
    """Return what MoCo's training saves: both encoders, the queue, the optimiser's state."""
    width = width_of(state)
    heads: dict[str, tuple[int, ...]] = {"fc.weight": (128, width), "fc.bias": (128,)}
    if head == "v2":
        heads = {"fc.0.weight": (width, width), "fc.0.bias": (width,)}
        heads |= {"fc.2.weight": (128, width), "fc.2.bias": (128,)}
    query = state | {name: torch.rand(size) for name, size in heads.items()}
    keys = {f"module.encoder_q.{name}": tensor for name, tensor in query.items()}
    keys |= {f"module.encoder_k.{name}": tensor + 1 for name, tensor in query.items()}
    queue = {"module.queue": torch.rand(128, 16), "module.queue_ptr": torch.tensor([4])}
    optimiser = {
        "state": {0: {"momentum_buffer": torch.rand(3)}},
        "param_groups": [{"lr": 0.03, "params": [0]}],
    }
    return {"epoch": 200, "arch": "resnet50", "state_dict": keys | queue, "optimizer": optimiser}


def projection_head(state: State) -> State:
    """Return the head of DeepCluster v2: a layer, its BatchNorm, and one to 128 numbers."""
    width = width_of(state)
    layers = {"0.weight": (width, width), "0.bias": (width,), "3.weight": (128, width), "3.bias": (128,)}
    norm = {f"1.{part}": (width,) for part in ("weight", "bias", "running_mean", "running_var")}
    return {name: torch.rand(size) for name, size in (layers | norm).items()}


def deepcluster(state: State) -> State:
    """Return what DeepCluster v2 saves: a state alone, with its projection head and prototypes."""
    own = {f"module.{name}": tensor for name, tensor in state.items()}
    return own | {
        **{f"module.projection_head.{name}": each for name, each in projection_head(state).items()},
        "module.prototypes.prototypes0.weight": torch.rand(3, 4),
    }


def layers() -> list[tuple[str, str, str, str]]:
    """Return (convolution, norm) in torchvision's names and the converter's, in the order of creation."""
    found = [("conv1", "bn1", "net.0.0", "net.0.1.0")]
    for stage, blocks in enumerate(STAGES, 1):
        for block in range(blocks):
            theirs, ours = f"net.{stage}.blocks.{block}", f"layer{stage}.{block}"
            if block == 0:
                shortcut = (f"{theirs}.projection.shortcut", f"{theirs}.projection.bn.0")
                found.append((f"{ours}.downsample.0", f"{ours}.downsample.1", *shortcut))
            for part, place in ((1, 0), (2, 2), (3, 4)):
                names = (f"{theirs}.net.{place}", f"{theirs}.net.{place + 1}.0")
                found.append((f"{ours}.conv{part}", f"{ours}.bn{part}", *names))
    return found


def simclr_converted(state: State) -> dict[str, State]:
    """Return a SimCLR v2 as its converter writes it."""
    resnet = {}
    for convolution, norm, their_convolution, their_norm in layers():
        resnet[f"{their_convolution}.weight"] = state[f"{convolution}.weight"]
        for part in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
            resnet[f"{their_norm}.{part}"] = state[f"{norm}.{part}"]
    return {
        "resnet": resnet | {"fc.weight": torch.rand(4, 4), "fc.bias": torch.rand(4)},
        "head": converted_head(),
    }


def converted_head() -> State:
    """Return SimCLR v2's head as the converter numbers its parts."""
    return {
        f"layers.{3 * number + norm}.{figure}": tensor
        for number, layer in enumerate(simclr_head())
        for norm, figure, tensor in layer
    }


def simclr_head() -> list[list[tuple[int, str, torch.Tensor]]]:
    """Return the three layers of SimCLR v2's head: (whether it is the BatchNorm's, name, tensor)."""
    generator = torch.Generator().manual_seed(7)
    found = []
    for outer in (2048, 2048, 128):
        layer = [(0, "weight", torch.randn(outer, 2048, generator=generator) / 45)]
        figures = ("weight", "bias", "running_mean", "running_var")
        layer += [(1, figure, torch.rand(outer, generator=generator)) for figure in figures]
        found.append(layer)
    found[2][2] = (1, "bias", torch.zeros(128))
    return found


TF_PARTS = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def simclr_tensorflow(state: State) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of an official SimCLR v2: numbered as created, with slots, heads and averages."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for number, (convolution, norm, _, _) in enumerate(layers()):
        end = f"_{number}" if number else ""
        kernel = state[f"{convolution}.weight"].permute(2, 3, 1, 0).contiguous().numpy()
        arrays[f"base_model/conv2d{end}/kernel"] = kernel
        arrays[f"base_model/conv2d{end}/kernel/Momentum"] = np.ones((1,), dtype=np.float32)
        arrays[f"ema_model/base_model/conv2d{end}/kernel"] = np.ones((1,), dtype=np.float32)
        for theirs, ours in TF_PARTS.items():
            name = f"base_model/batch_normalization{end}/{theirs}"
            arrays[name] = state[f"{norm}.{ours}"].detach().numpy()
            arrays[f"{name}/Momentum"] = np.ones((1,), dtype=np.float32)
    theirs_of = {ours: theirs for theirs, ours in TF_PARTS.items()}
    for number, layer in enumerate(simclr_head()):
        for norm, figure, tensor in layer:
            if norm:
                name = f"head_contrastive/nl_{number}/batch_normalization/{theirs_of[figure]}"
            else:
                name = f"head_contrastive/nl_{number}/dense/kernel"
            if (number, figure) != (2, "bias"):  # the last BatchNorm is not centred
                arrays[name] = tensor.numpy() if norm else tensor.T.contiguous().numpy()
                arrays[f"{name}/Momentum"] = np.ones((1,), dtype=np.float32)
    arrays["head_supervised/linear_layer/dense/bias"] = np.ones(2, dtype=np.float32)
    return arrays


def bit(seed: int = 0) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of a BiT-S-R50x1 (kernels HWIO)."""
    generator = np.random.default_rng(seed)

    def kernel(side: int, inner: int, outer: int) -> np.ndarray[Any, Any]:
        return generator.normal(0, 0.05, (side, side, inner, outer)).astype(np.float32)

    def norm(prefix: str, width: int) -> dict[str, np.ndarray[Any, Any]]:
        gamma, beta = generator.uniform(0.5, 1.5, width), generator.normal(0, 0.1, width)
        return {f"{prefix}/gamma": gamma.astype(np.float32), f"{prefix}/beta": beta.astype(np.float32)}

    arrays = {"resnet/root_block/standardized_conv2d/kernel": kernel(7, 3, 64)}
    width = 64
    for stage, blocks in enumerate(STAGES):
        outer, middle = 256 * 2**stage, 64 * 2**stage
        for block in range(blocks):
            unit = f"resnet/block{stage + 1}/unit{block + 1:02}"
            for part, side, sizes in (
                ("a", 1, (width, middle)),
                ("b", 3, (middle, middle)),
                ("c", 1, (middle, outer)),
            ):
                arrays[f"{unit}/{part}/standardized_conv2d/kernel"] = kernel(side, *sizes)
                arrays |= norm(f"{unit}/{part}/group_norm", sizes[0])
            if block == 0:
                arrays[f"{unit}/a/proj/standardized_conv2d/kernel"] = kernel(1, width, outer)
            width = outer
    arrays |= norm("resnet/group_norm", width)
    return arrays | {
        "resnet/head/conv2d/kernel": kernel(1, width, 10),
        "resnet/head/conv2d/bias": np.zeros(10, dtype=np.float32),
    }


def varint(number: int) -> bytes:
    """Return a number as protocol buffers and LevelDB write it."""
    content = b""
    while number > 127:
        content, number = content + bytes([number & 127 | 128]), number >> 7
    return content + bytes([number])


def field(number: int, value: int | bytes) -> bytes:
    """Return one field of a message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Return a block of a table whose keys share their beginnings, with one restart, uncompressed."""
    content, last = b"", b""
    for key, value in entries:
        shared = next((n for n, pair in enumerate(zip(key, last, strict=False)) if len({*pair}) > 1), 0)
        content += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return content + (0).to_bytes(4, "little") + (1).to_bytes(4, "little")


def write_bundle(arrays: dict[str, np.ndarray[Any, Any]], index: Path, a_block: int = 50) -> None:
    """Write arrays of float32 as TensorFlow does: two shards, a table of blocks of `a_block` entries."""
    shards = [b"", b""]
    entries = [(b"", field(1, 2) + field(2, 0))]
    for number, name in enumerate(sorted(arrays)):
        array = np.ascontiguousarray(arrays[name], dtype=np.float32)
        shape = b"".join(field(2, field(1, size)) for size in array.shape)
        place = number % 2
        value = field(1, 1) + field(2, shape) + field(3, place) + field(4, len(shards[place]))
        entries.append((name.encode(), value + field(5, array.nbytes) + varint(6 << 3 | 5) + b"\0" * 4))
        shards[place] += array.tobytes()
    prefix = index.name.removesuffix(".index")
    for place, content in enumerate(shards):
        index.with_name(f"{prefix}.data-{place:05}-of-00002").write_bytes(content)
    content, handles = b"", []
    for start in range(0, len(entries), a_block):
        part = entries[start : start + a_block]
        written = block(part)
        handles.append((part[-1][0], varint(len(content)) + varint(len(written))))
        content += written + b"\0" + b"\0" * 4
    statistics = varint(len(content)) + varint(len(block([])))
    content += block([]) + b"\0" * 5
    top = block(handles)
    footer = statistics + varint(len(content)) + varint(len(top))
    content += top + b"\0" * 5 + footer.ljust(40, b"\0") + (0xDB4775248B80FB57).to_bytes(8, "little")
    index.write_bytes(content)
