"""Where labels come from."""

from typing import Literal, get_args

AnnotationKind = Literal["indicator", "query", "weak", "imported", "review", "audit"]
ANNOTATION_KINDS: tuple[AnnotationKind, ...] = get_args(AnnotationKind)
