"""Kinds of labels, by where they come from, and of rounds."""

from typing import Literal, get_args

AnnotationKind = Literal["indicator", "query", "weak", "imported", "review", "audit"]
ANNOTATION_KINDS: tuple[AnnotationKind, ...] = get_args(AnnotationKind)

RoundKind = Literal["loop", "review"]
ROUND_KINDS: tuple[RoundKind, ...] = get_args(RoundKind)
