"""Which legacy code page the names in a zip are written in, where nothing in the zip says so."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Literal

import chardet

# What zip programs write without saying so: UTF-8 (macOS), the OEM and ANSI code pages of DOS and Windows.
CodePage = Literal[
    "utf-8", "gb18030", "big5", "cp932", "cp949", "cp437", "cp850", "cp852", "cp866", "cp737", "cp857",
    "cp862", "cp874", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256",
]  # fmt: skip
_DETECTED: dict[str, CodePage] = {
    "gb18030": "gb18030", "gb2312": "gb18030", "gbk": "gb18030",
    "big5": "big5", "big5hkscs": "big5", "cp950": "big5",
    "cp932": "cp932", "shift_jis": "cp932", "shift_jis_2004": "cp932", "cp949": "cp949", "euc-kr": "cp949",
    "ibm866": "cp866", "cp866": "cp866", "windows-1251": "cp1251", "cp737": "cp737",
    "windows-1253": "cp1253", "cp857": "cp857", "windows-1254": "cp1254", "cp862": "cp862",
    "iso-8859-8": "cp1255", "windows-1255": "cp1255", "windows-1256": "cp1256",
    "cp874": "cp874", "tis-620": "cp874", "cp852": "cp852", "windows-1250": "cp1250",
}  # fmt: skip
_WESTERN_LETTERS = frozenset("äöüßéèêëàâçîïôûùñáíóúåæøãõòìÄÖÜÉÈÊÀÂÇÎÔÑÁÍÓÚÅÆØÃÕ")
_EAST_ASIAN = frozenset({"gb18030", "big5", "cp932", "cp949"})
_CYRILLIC_WORD = re.compile(r"[А-ЯЁ]?[а-яё]{4,}|[А-ЯЁ]{5,}")
# neighbouring accents (but for ß, as in Größe), and a capital with an accent after a small letter
_UNWESTERN = re.compile(r"[^\x00-\x7fß]{2}|[a-zß-ÿ][À-Þ]")
_MARGIN = 1.2
_FEW = 4
_ENOUGH = 2_000


def guess_code_page(names: Iterable[bytes]) -> tuple[CodePage, bool]:
    """Return the code page that `names` are most likely written in, and whether that is certain enough."""
    text = b"\n".join(islice(dict.fromkeys(names), _ENOUGH))
    utf8 = _decoded(text, "utf-8")
    if utf8 is not None and _surely_utf8(utf8):
        return "utf-8", True
    for page in ("cp850", "cp1252"):
        if _western(_decoded(text, page)):
            return page, True
    return _detected(text)


def _surely_utf8(decoded: str) -> bool:
    """Return whether this cannot well be chance: a pair of bytes of other pages may be valid UTF-8, too."""
    foreign = [character for character in decoded if character > "\x7f"]
    return len(foreign) not in {1, 2} or max(foreign) > "\u07ff" or _near_letters(decoded)


def _decoded(text: bytes, page: str) -> str | None:
    try:
        return text.decode(page)
    except UnicodeDecodeError:
        return None


def _detected(text: bytes) -> tuple[CodePage, bool]:
    """Return the likeliest page by letter statistics; certain where it leads the next by a margin."""
    found: dict[CodePage, float] = {}
    for each in chardet.detect_all(text, ignore_threshold=True):
        page = _DETECTED.get(str(each["encoding"]).lower())
        if page is not None and _plausible(text, page):
            found.setdefault(page, float(each["confidence"]))
    if not found:
        return "cp437", False
    best, *others = sorted(found, key=lambda page: -found[page])
    leads = not others or found[best] >= _MARGIN * found[others[0]]
    if best in _EAST_ASIAN:
        return best, leads and not _cyrillic(text)
    return best, leads and sum(byte > 127 for byte in text) >= _FEW


def _plausible(text: bytes, page: CodePage) -> bool:
    """Return whether `text` decodes to letters and punctuation of names, in one script beside ASCII."""
    decoded = _decoded(text, page)
    if decoded is None:
        return False
    foreign = [character for character in decoded if ord(character) > 127]
    if any(unicodedata.category(each)[0] not in "LMNPZ" for each in foreign):
        return False
    scripts = {_script(each) for each in foreign if each.isalpha()}
    return scripts == {"HANGUL"} if page == "cp949" else len(scripts - {"KANA"}) <= 1


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "KANA" if name in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"} else name


def _cyrillic(text: bytes) -> bool:
    """Return whether `text` reads as whole Russian words in the code page of DOS."""
    words = re.findall(r"[^\W\d_a-zA-Z]+", _decoded(text, "cp866") or "")
    return bool(words) and all(_CYRILLIC_WORD.fullmatch(word) for word in words)


def _western(decoded: str | None) -> bool:
    """Return whether what is beside ASCII are single accented letters of Western Europe within words."""
    if decoded is None or not _near_letters(decoded):
        return False
    foreign = {character for character in decoded if character > "\x7f"}
    return foreign <= _WESTERN_LETTERS and _UNWESTERN.search(decoded) is None


def _near_letters(text: str) -> bool:
    """Return whether most letters beside ASCII have an ASCII letter as a neighbour."""
    places = [index for index, character in enumerate(text) if character > "\x7f"]
    near = sum(bool(re.search("[A-Za-z]", text[max(index - 1, 0) : index + 2])) for index in places)
    return near >= 0.5 * len(places)
