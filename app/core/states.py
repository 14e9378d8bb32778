"""The states that jobs, rounds, pages, steps, encoders and sources can be in."""

from typing import Literal, get_args

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
JOB_LIVE: tuple[JobState, ...] = ("queued", "running")
JOB_STOPPED: tuple[JobState, ...] = ("failed", "cancelled")
JOB_ENDED: tuple[JobState, ...] = ("done", "failed", "cancelled")

RoundState = Literal["proposing", "labelling", "finetuning", "paused", "done", "failed", "cancelled"]
ROUND_STATES: tuple[RoundState, ...] = get_args(RoundState)
ROUND_ENDED: tuple[RoundState, ...] = ("done", "failed", "cancelled")

QueryState = Literal["open", "labelled", "skipped", "withdrawn"]
QUERY_STATES: tuple[QueryState, ...] = get_args(QueryState)
"""`withdrawn`: nobody answered it before its round was ended."""

PageState = Literal["ready", "open", "confirmed"]
PAGE_STATES: tuple[PageState, ...] = get_args(PageState)

StepState = Literal["labelling", "finetuning", "done"]
EncoderState = Literal["pending", "ready", "failed", "cancelled"]
ENCODER_STATES: tuple[EncoderState, ...] = get_args(EncoderState)
ENCODER_STOPPED: tuple[EncoderState, ...] = ("failed", "cancelled")
SourceState = Literal["pending", "ready", "failed"]
SOURCE_STATES: tuple[SourceState, ...] = get_args(SourceState)
AuditState = Literal["open", "passed", "finished", "given_up", "void"]
AUDIT_STATES: tuple[AuditState, ...] = get_args(AuditState)
