"""`eigenlab pack` and finding results: files of their own, and lines of the pack of their folder."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path

from ml.errors import UnusableInputError
from ml.lab.experiment import ResultFile
from ml.lab.locks import locked
from ml.lab.packs import NAME, SUFFIX, packed, result_names, write_pack


def load_results(paths: Sequence[Path]) -> list[ResultFile]:
    """Return the results at `paths`, each a result file, a pack, a folder, or a pattern of file names.

    A file that is not there is looked for in the pack of its folder. Raises UnusableInputError for a path
    that holds no result.
    """
    return [result for path in paths for result in results_at(path)]


def results_at(path: Path) -> Iterator[ResultFile]:
    """Yield the results at one path of `load_results`, by name."""
    if path.is_dir():
        directory, names = path, result_names(path)
    elif path.name.endswith(SUFFIX) and path.is_file():
        for name, document in packed(path).items():
            yield ResultFile.parsed(json.dumps(document), path / name)
        return
    else:
        directory = path.parent
        names = [name for name in result_names(directory) if fnmatchcase(name, path.name)] or [path.name]
    if not names:
        raise UnusableInputError(f"{path} has no results")
    for name in names:
        yield ResultFile.load(directory / name)


def pack(directory: Path) -> int:
    """Move the result files of `directory` into its pack; returns the number of results in the pack.

    Raises UnusableInputError, and moves nothing, when a JSON file is no result, or when a file lacks runs
    that the pack has under its name, or is being written by a run.
    """
    with ExitStack() as locks:
        files = sorted(directory.glob("*.json"))
        taken = [file for file in files if not locks.enter_context(locked(file))]
        if taken:
            raise UnusableInputError(f"a run is at {taken[0]}; pack the folder when it is done")
        return packed_away(files, directory)


def packed_away(files: Sequence[Path], directory: Path) -> int:
    """Move `files` into the pack of `directory`; returns and raises what `pack` does."""
    results = dict(packed(directory / NAME))
    for file in files:
        found = ResultFile.load(file)
        if file.name in results:
            old = ResultFile.parsed(json.dumps(results[file.name]), directory / NAME)
            if not found.continues(old):
                raise UnusableInputError(f"{file} lacks runs that {NAME} has under its name; rename it")
        results[file.name] = json.loads(file.read_text())
    if not results:
        raise UnusableInputError(f"{directory} has no results")
    write_pack(directory / NAME, results)
    for file in files:
        file.unlink()
    return len(results)
