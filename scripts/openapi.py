"""Print the OpenAPI document, always in the same order, so that a comparison shows real changes only."""

import json
import sys

from app.main import create_app


def main() -> None:
    """Write the document as JSON to standard output."""
    json.dump(create_app().openapi(), sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
