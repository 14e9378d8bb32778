"""Names of categories, projects and users: one form, nothing invisible, the same whatever the case."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.core.names import Name, name_key, tidy

NAME = TypeAdapter(Name)


@given(st.text())
def test_a_tidy_name_is_composed_on_one_line_and_stays_as_it_is(text: str) -> None:
    kept = tidy(text)
    assert kept == unicodedata.normalize("NFC", kept) == tidy(kept)
    assert not any(unicodedata.category(each) == "Cc" for each in kept)


@given(st.text())
def test_what_a_name_accepts_is_tidy(text: str) -> None:
    try:
        name = NAME.validate_python(text)
    except ValidationError:
        return
    assert name == tidy(name) == NAME.validate_python(name)
    assert name_key(name) == name_key(name.swapcase().swapcase())


@pytest.mark.parametrize("other", ["Cafe\u0301", "CAFÉ", "  café ", "ｃａｆé", "ca\u200bfé", "Ca\u00adfé"])
def test_one_name_in_many_spellings(other: str) -> None:
    assert name_key(other) == name_key("Café")
    assert name_key(other) != name_key("Cafe")


@pytest.mark.parametrize(
    "name",
    [
        "ca\u200bt", "\u202etac", "a\u2066b\u2069", "\ufeffcat", "ca\u200dt", "soft\u00adhyphen", "a\u2028b",
        "a\nb", "a\x00b", "\u3164", "\u115f", "\u2800", "\ue000", "", "   ", "x" * 121,
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


@pytest.mark.parametrize("name", ["نمی\u200cخواهم", "👩\u200d🔬", "क्\u200dष", "猫", "Ångström", "ﬁsh", "🏳️‍🌈"])
def test_scripts_that_need_joiners_keep_them(name: str) -> None:
    assert NAME.validate_python(name) == name
