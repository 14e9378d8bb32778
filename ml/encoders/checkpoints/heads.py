"""What published checkpoints hold beside the encoder, by the names that our methods have for it.

Unsupervised finetuning goes on from it. The encoder itself is not part of it.
"""

import re

import torch

from ml.encoders.checkpoints.reading import Tensors

COUNTER = "num_batches_tracked"
TF_HEAD = re.compile(r"head_contrastive/nl_(\d)/(dense|batch_normalization)/(\w+)")
TF_FIGURES = {
    "kernel": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
CONVERTED_HEAD = re.compile(r"head\.layers\.(\d)\.(\w+)")
LAYER = 3
"""In a converted head a layer is a product, a BatchNorm and a ReLU."""
LAYERS = 3


def moco_head(tensors: Tensors) -> Tensors:
    """Return MoCo's head, key encoder and queue, the oldest key first; v1 has a head of one layer.

    Where the file has no key encoder, the query's takes its place, as at the start of a training.
    """
    sides = {"query": "module.encoder_q.", "key": "module.encoder_k."}
    found = {
        side: {name.removeprefix(own): each for name, each in tensors.items() if name.startswith(own)}
        for side, own in sides.items()
    }
    if not any(name.startswith("fc.") for name in found["query"]):
        return {}
    found["key"] = found["query"] | found["key"]
    kept = {
        f"{side}.1.{name.removeprefix('fc.')}": each
        for side, own in found.items()
        for name, each in own.items()
        if name.startswith("fc.")
    }
    kept |= {f"key.0.{name}": each for name, each in found["key"].items() if not name.startswith("fc.")}
    queue = tensors.get("module.queue")
    if queue is not None and queue.ndim == 2:
        oldest = int(tensors.get("module.queue_ptr", torch.zeros(1)))
        kept["queue"] = queue.T.roll(-oldest, 0)
    return kept


def deepcluster_head(tensors: Tensors) -> Tensors:
    """Return DeepCluster v2's projection head; its prototypes belong to other images."""
    theirs = re.compile(r"(?:module\.)?projection_head\.(.+)")
    named = ((theirs.fullmatch(name), tensor) for name, tensor in tensors.items())
    return {f"head.{found[1]}": tensor for found, tensor in named if found}


def simclr_head(tensors: Tensors) -> Tensors:
    """Return SimCLR v2's head of three layers, from TensorFlow or converted, with the first of them."""
    kept: Tensors = {}
    for name, tensor in tensors.items():
        if found := TF_HEAD.fullmatch(name):
            own, norm = int(found[1]), found[2] != "dense"
            figure = TF_FIGURES.get(found[3], found[3])
        elif found := CONVERTED_HEAD.fullmatch(name):
            own, part = divmod(int(found[1]), LAYER)
            norm, figure = part == 1, found[2]
        else:
            continue
        names = ("0", "1") if own == LAYERS - 1 else ("dense", "norm")
        kept[f"head.{own}.{names[norm]}.{figure}"] = tensor.T if name.endswith("/kernel") else tensor
    # Only the converter has it: the last BatchNorm is not centred, and this is zero.
    kept.pop(f"head.{LAYERS - 1}.1.bias", None)
    norms = [name.removesuffix("running_mean") for name in kept if name.endswith("running_mean")]
    return {f"{norm}{COUNTER}": torch.zeros((), dtype=torch.int64) for norm in norms} | kept


def first_layer(head: Tensors) -> Tensors:
    """Return the first layer of SimCLR v2's head under the names that it has in an encoder that keeps it."""
    own = "head.0."
    return {f"fc.{name.removeprefix(own)}": each for name, each in head.items() if name.startswith(own)}
