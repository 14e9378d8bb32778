"""Print the OpenAPI document, always in the same order, so that a comparison shows real changes only.

With --as-declared the fields of a schema come in the order of its model, as forms show them.
"""

import argparse
import json
import sys

from app.main import create_app


def main() -> None:
    """Write the document as JSON to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as-declared", action="store_true", help="keep the order of the models")
    as_declared = parser.parse_args().as_declared
    json.dump(create_app().openapi(), sys.stdout, indent=2, sort_keys=not as_declared)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
