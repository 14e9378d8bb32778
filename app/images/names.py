"""Names that people and archives give to files, made harmless."""

import unicodedata

LONGEST = 200


def plain_text(text: str, longest: int) -> str:
    """Return `text` on one line without control, formatting and unassigned characters, `longest` at most."""
    kept = "".join(character for character in text if not unicodedata.category(character).startswith("C"))
    return " ".join(kept.split())[:longest].strip()


def base_name(name: str) -> str:
    """Return the last part of a path, as a name to show; a folder never stays, for it may name the class."""
    last = plain_text(name.replace("\\", "/").rsplit("/", 1)[-1], 4096)
    stem, dot, extension = last.rpartition(".")
    if len(last) > LONGEST and dot and len(extension) <= 10:
        last = f"{stem[: LONGEST - len(extension) - 1]}.{extension}"
    return last[:LONGEST] if last.strip(". ") else "image"


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
    return (plain_text(parts[-2], 120) or None) if len(parts) > 1 else None
