"""The contest's tables. Doors write them (drafting, workflow, panel, scorecard, decision)."""

from .application import (
    Answer,
    Application,
    ApplicationEvent,
    ApplicationFile,
    FieldRevision,
    Measure,
    ParticipationEvent,
)
from .contest import (
    Contest,
    Criterion,
    Descriptor,
    Pilot,
    Prize,
    Question,
    Seat,
    Section,
    TargetGroup,
)
from .decision import Award, Decision, QuorumWaiver, TieBreak
from .sheet import Conflict, Score, Sheet, SheetVersion

__all__ = [
    "Answer",
    "Application",
    "ApplicationEvent",
    "ApplicationFile",
    "Award",
    "Conflict",
    "Contest",
    "Criterion",
    "Decision",
    "Descriptor",
    "FieldRevision",
    "Measure",
    "ParticipationEvent",
    "Pilot",
    "Prize",
    "Question",
    "QuorumWaiver",
    "Score",
    "Seat",
    "Section",
    "Sheet",
    "SheetVersion",
    "TargetGroup",
    "TieBreak",
]
