"""Encoders that people would choose today, by name: what they cost, under which licence, and what for.

`benchmarks/encoder_speed.py` measures `speed`, `scripts/timm_parameters.py` counts `parameters`, and the
tests ask the installed timm whether it has each with this licence.
"""

from ml.config.base import FrozenModel
from ml.config.encoders import Pooling, TimmEncoder


class Licence(FrozenModel):
    """A licence of weights; `note` is what a user has to know of it before the choice."""

    title: str
    commercial: bool
    note: str = ""


LICENCES = {
    "apache-2.0": Licence(title="Apache-2.0", commercial=True),
    "dinov3-license": Licence(
        title="DINOv3 License",
        commercial=True,
        note="It has terms of its own, which pass on with the weights and what is made of them.",
    ),
    "fair-noncommercial-research-license": Licence(
        title="FAIR Noncommercial Research License",
        commercial=False,
        note="For research that is not commercial only.",
    ),
    "apple-amlr": Licence(
        title="Apple Machine Learning Research License", commercial=False, note="For research only."
    ),
}
"""Licences by the word that timm states for them."""


class KnownEncoder(FrozenModel):
    """A model of timm with the settings that are advised for it.

    `licence` is one of `LICENCES`, `parameters` count the classifier that is downloaded with it, `image_size`
    is in pixels a side, and `pooling` is None where the model's own is right. `speed` is in images a second
    on a CPU where EfficientNet-Lite0 at 224 pixels has 1, give or take half.
    """

    name: str
    title: str
    licence: str
    parameters: int
    image_size: int
    pooling: Pooling | None
    speed: float
    advice: str

    def spec(self) -> TimmEncoder:
        """Return the encoder with the settings that are advised."""
        return TimmEncoder(name=self.name, image_size=self.image_size, pooling=self.pooling)


KNOWN_ENCODERS = (
    KnownEncoder(
        name="vit_small_patch14_dinov2.lvd142m",
        title="DINOv2, small",
        licence="apache-2.0",
        parameters=22_056_192,
        image_size=224,
        pooling="token",
        speed=0.21,
        advice="The first choice for photos of things where weights can be had.",
    ),
    KnownEncoder(
        name="vit_base_patch14_reg4_dinov2.lvd142m",
        title="DINOv2 with registers, base",
        licence="apache-2.0",
        parameters=86_582_016,
        image_size=224,
        pooling="token",
        speed=0.07,
        advice="Better than the small one by some points, and far slower without a GPU.",
    ),
    KnownEncoder(
        name="vit_small_patch16_dinov3.lvd1689m",
        title="DINOv3, small",
        licence="dinov3-license",
        parameters=21_586_944,
        image_size=256,
        pooling="token",
        speed=0.18,
        advice="Like DINOv2, small; the class token, as its authors take it.",
    ),
    KnownEncoder(
        name="vit_base_patch16_dinov3.lvd1689m",
        title="DINOv3, base",
        licence="dinov3-license",
        parameters=85_641_216,
        image_size=256,
        pooling="token",
        speed=0.06,
        advice="Among the best by linear probes, and slow without a GPU.",
    ),
    KnownEncoder(
        name="convnext_tiny.dinov3_lvd1689m",
        title="DINOv3, ConvNeXt tiny",
        licence="dinov3-license",
        parameters=28_589_128,
        image_size=224,
        pooling=None,
        speed=0.33,
        advice="Convolutional: takes images of any size.",
    ),
    KnownEncoder(
        name="vit_base_patch16_siglip_224.v2_webli",
        title="SigLIP 2, base",
        licence="apache-2.0",
        parameters=92_884_224,
        image_size=224,
        pooling=None,
        speed=0.14,
        advice="Trained with captions: for what people would tell apart in words.",
    ),
    KnownEncoder(
        name="vit_base_patch32_siglip_256.v2_webli",
        title="SigLIP 2, base, patches of 32",
        licence="apache-2.0",
        parameters=94_552_320,
        image_size=256,
        pooling=None,
        speed=0.34,
        advice="SigLIP 2 for machines without a GPU; sees fewer details.",
    ),
    KnownEncoder(
        name="vit_base_patch14_reg1_tipsv2.webli",
        title="TIPSv2, base",
        licence="apache-2.0",
        parameters=86_314_752,
        image_size=448,
        pooling="token",
        speed=0.02,
        advice="Trained with captions and on parts of images; made for large images, and the slowest here.",
    ),
    KnownEncoder(
        name="vit_pe_core_tiny_patch16_384.fb",
        title="Perception Encoder, tiny",
        licence="apache-2.0",
        parameters=6_141_056,
        image_size=384,
        pooling=None,
        speed=0.12,
        advice="Small to download; trained with captions.",
    ),
    KnownEncoder(
        name="resnet50.a1_in1k",
        title="ResNet-50",
        licence="apache-2.0",
        parameters=25_557_032,
        image_size=224,
        pooling=None,
        speed=0.35,
        advice="Trained with the labels of ImageNet: for comparisons with papers.",
    ),
    KnownEncoder(
        name="mobilenetv4_conv_small.e2400_r224_in1k",
        title="MobileNetV4, small",
        licence="apache-2.0",
        parameters=3_774_024,
        image_size=224,
        pooling=None,
        speed=1.4,
        advice="For the slowest machines; trained with the labels of ImageNet.",
    ),
    KnownEncoder(
        name="vit_tiny_patch16_dinov3_qkvb.eupe_lvd1689m",
        title="EUPE, tiny",
        licence="fair-noncommercial-research-license",
        parameters=5_489_664,
        image_size=256,
        pooling="token",
        speed=0.37,
        advice="Small to download, taught by several large encoders.",
    ),
    KnownEncoder(
        name="fastvit_mci0.apple_mclip",
        title="MobileCLIP, S0",
        licence="apple-amlr",
        parameters=11_406_976,
        image_size=256,
        pooling=None,
        speed=0.13,
        advice="Trained with captions, for telephones.",
    ),
)
"""The encoders, the advised one first."""
