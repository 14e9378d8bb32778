"""Names that people and archives give to files, made harmless."""

import re
import unicodedata

from app.core.names import tidy

LONGEST = 200
LONGEST_PATH = 1000
_DRIVE = re.compile(r"(?:(?<=/)|^)[A-Za-z]:(?=/|$)|^[A-Za-z]:")


def plain_text(text: str, longest: int) -> str:
    """Return `text` on one line, `longest` at most, as a person would type it.

    Composed (NFC), without control, formatting, direction and unassigned characters.
    """
    kept = "".join(character for character in text if not unicodedata.category(character).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", kept).split())[:longest].strip()


def base_name(path: str) -> str:
    """Return the last part of a path, as a name to show to those who may not know the folders."""
    last = plain_text(path.replace("\\", "/").rsplit("/", 1)[-1], 4096)
    stem, dot, extension = last.rpartition(".")
    if len(last) > LONGEST and dot and len(extension) <= 10:
        last = f"{stem[: LONGEST - len(extension) - 1]}.{extension}"
    return last[:LONGEST].strip() if last.strip(". :") else "image"


def relative_path(name: str) -> str:
    """Return the path `name` as one below a folder: forward slashes, no root, no drive, no `..`.

    Its last part is `base_name(name)`. Of a path over 1,000 characters the outermost folders go.
    """
    while (kept := _below(name)) != name:  # without one drive, or a character between, there may be another
        name = kept
    return kept


def _below(name: str) -> str:
    *folders, last = _DRIVE.sub("", name.replace("\\", "/")).split("/")
    kept = [plain_text(folder, LONGEST) for folder in folders]
    parts = [folder for folder in kept if folder.strip(". :")] + [base_name(last)]
    while sum(len(part) + 1 for part in parts) > LONGEST_PATH:
        del parts[0]
    parts[0] = parts[0].rstrip(": ")
    return "/".join(parts)


def leaves_folder(name: str) -> bool:
    """Return whether the path `name` is absolute or climbs out of the folder that it is unpacked in."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or parts[0].endswith(":") or "\0" in name


def is_clutter(name: str) -> bool:
    """Return whether an operating system left this file behind; it is nobody's image."""
    parts = set(name.replace("\\", "/").split("/")) - {".", ".."}
    return any(part.startswith(".") or part in {"__MACOSX", "Thumbs.db", "desktop.ini"} for part in parts)


def class_folder(name: str) -> str | None:
    """Return the name of the folder that directly holds the file `name`, or None where there is none."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", "."}]
    return (tidy(parts[-2])[:120].strip() or None) if len(parts) > 1 else None
