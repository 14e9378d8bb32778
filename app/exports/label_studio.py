"""The labelling config that Label Studio needs for the tasks of an export."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from app.exports.content import Content, Export

IMAGE, LABEL = "image", "label"
"""The names of the config's two tags; `image` is also the key of the image's address in a task's data."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_config(export: Export) -> Content:
    """Return the labelling config for the project's categories."""
    return Content([label_studio_config(export.source.listed)])


def label_studio_config(categories: Iterable[str]) -> str:
    """Return the config in XML: an image, and one choice among `categories`."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Image", name=IMAGE, value=f"${IMAGE}", zoom="true")
    choices = ElementTree.SubElement(view, "Choices", name=LABEL, toName=IMAGE, choice="single")
    for each in dict.fromkeys(map(choice, categories)):
        ElementTree.SubElement(choices, "Choice", value=each)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def choice(category: str) -> str:
    """Return the choice for a category: its name on one line, without the characters that XML has not.

    Label Studio takes what begins with a dollar sign for a key of the task's data, and shows no choice:
    the sign becomes a full-width one.
    """
    name = " ".join(_NOT_IN_XML.sub("", category).split()) or "_"
    return f"\N{FULLWIDTH DOLLAR SIGN}{name[1:]}" if name.startswith("$") else name
