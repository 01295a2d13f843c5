"""The whole main job through the portal's pages: from a seminar to the announced result.

Each chapter is a file of its own; here is their order, and the days on which they happen.
"""

from collections.abc import Callable

import pytest

from tests.journeys import admitting, applying, deciding, scoring, seminar
from tests.journeys.story import BAKYT, CHAIR, OWN, Story


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_an_application_goes_from_draft_to_award(tell: Callable[..., Story], language: str) -> None:
    deciding.the_story_is_worth_telling()
    story = tell(language=language)

    seminar.holds_a_seminar(story)
    seminar.invites_aigul(story)
    applying.writes_until_the_evening(story)
    admitting.sees_progress_only(story)
    story.nobody_else_sees_it()

    story.days_later(1)
    applying.comes_back_and_finishes(story)
    applying.submits_twice(story)
    story.nobody_else_sees_it()

    story.days_later(2)
    admitting.returns_it_with_points(story)
    story.days_later(4)
    applying.sees_what_to_correct(story)
    story.days_later(21)
    admitting.admits_all(story)
    admitting.redacts_and_codes(story)
    story.nobody_else_sees_it()

    story.days_later(31)
    scoring.declare_conflicts(story)
    scoring.bakyt_is_asked_for_comments(story)
    scoring.the_others_score(story)
    for member in (BAKYT, CHAIR):
        scoring.sees_no_colleagues_sheet(story, member)
    scoring.staff_see_no_points(story)
    story.nobody_else_sees_it()

    story.days_later(41)
    scoring.sees_colleagues_sheets(story, BAKYT)
    scoring.bakyt_finishes(story)

    story.days_later(51)
    deciding.staff_draft(story)
    deciding.chair_confirms_and_announces(story)
    deciding.everybody_reads_the_results(story)
    applying.sees_the_outcome(story, place=1, points=deciding.shown(OWN))
    story.nobody_else_sees_it()
    deciding.excel_agrees(story)
    deciding.the_trail_is_whole(story)
