"""A gap is closed by the page that was written for it, once that is public, and by nothing else."""

from __future__ import annotations

from records import AuditEntry, Reason
from tests.support.staff_desk import NAME, StaffDesk
from tests.support.staff_questions import asked
from tests.web.staff.conftest import fill, until
from tests.web.staff.gaps.test_routes import GUIDE, MEXICO, ONE, OTHER, RUSSIA, listed, titles, unanswered
from web.staff.approvals.unseen_files import note_files_by_hand
from web.staff.context import StaffContext
from web.staff.gaps.listed_questions import find_due, retest_listed
from web.staff.gaps.retest import Retests
from web.staff.gaps.search import DAYS, Grouping


def publish(room: StaffContext, source: str, text: str, *lists: str) -> None:
    room.audit.note(AuditEntry(NAME, "document.rewritten", source))
    fill(room.settings.knowledge_dir, {source: text.replace("---\n", f"---\nalso_asked: {list(lists)}\n", 1)})
    room.library.sync()


def test_a_gap_closes_by_itself_once_the_page_written_for_it_is_public(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    unanswered(room, OTHER)
    unanswered(room, ONE)
    listed(desk).follow(ONE).follow(desk.say("uploads.write"))
    text = GUIDE.split("---\n", 2)[-1]
    desk.fill(title="墨西哥税收指南", text=text, name="mexico.zh.md", folder="outbound").press(
        desk.say("uploads.take_in")
    )
    until((room.settings.knowledge_dir / MEXICO).is_file)
    room.library.sync()
    until(lambda: titles(listed(desk)) == [OTHER])
    assert titles(listed(desk, "?shown=closed")) == [ONE]
    row = desk.follow(ONE).text("tbody tr")
    assert all(each in row for each in (MEXICO, NAME, desk.say("gaps.cited"), desk.say("gaps.state.closed")))
    assert desk.say("log.action.gap.closed_by_page") in desk.open("log").texts("tbody tr")[0]


def test_what_a_page_lists_is_asked_once_for_each_change_of_it(room: StaffContext) -> None:
    grouping, retests = Grouping(room), Retests(room, lambda: None)
    unanswered(room, OTHER)
    publish(room, RUSSIA, (room.settings.knowledge_dir / RUSSIA).read_text("utf-8").replace("also_asked", "x"), ONE)
    assert find_due(room, grouping.search(DAYS, 60).found[0]) is None, "it lists another question"
    publish(room, MEXICO, GUIDE.split("## 企业")[0], OTHER)
    search = grouping.search(DAYS, 60)
    assert find_due(room, search.found[0])
    retest_listed(room, retests, search)
    assert find_due(room, grouping.search(DAYS, 60).found[0]) is None, "once for each change of the page"
    assert len(room.audit.entries(("gap.closed_by_page",))) == 1


def test_a_gap_closes_by_a_page_put_into_the_folder_by_hand_and_not_by_one_that_came_before_the_question(
    room: StaffContext,
) -> None:
    desk, grouping = StaffDesk(room, "en"), Grouping(room)
    note_files_by_hand(room)
    unanswered(room, OTHER)
    unanswered(room, ONE)
    fill(room.settings.knowledge_dir, {MEXICO: GUIDE.replace("topics:", f"also_asked: [{ONE}]\ntopics:")})
    room.library.sync()
    assert not any(find_due(room, gap) for gap in grouping.search(DAYS, 60).found), "nobody has noticed the file"
    note_files_by_hand(room)
    until(lambda: titles(listed(desk)) == [OTHER])
    assert titles(listed(desk, "?shown=closed")) == [ONE]
    row = desk.follow(ONE).text("tbody tr")
    assert all(each in row for each in (MEXICO, desk.say("log.by_hand"), desk.say("gaps.cited")))
    first = desk.open("log").texts("tbody tr")[0]
    assert desk.say("log.action.gap.closed_by_page") in first and desk.say("log.by_hand") in first
    room.records.rate(asked(room, ONE).id, False, Reason.OTHER)
    assert not any(find_due(room, gap) for gap in grouping.search(DAYS, 60).found)


def test_a_bad_rating_after_the_page_was_public_and_a_reopened_gap_stay_open(room: StaffContext) -> None:
    grouping = Grouping(room)
    publish(room, MEXICO, GUIDE, ONE)
    rated = asked(room, ONE)
    room.records.rate(rated.id, False, Reason.OTHER)
    (gap,) = grouping.search(DAYS, 60).found
    assert gap.open_questions and find_due(room, gap) is None
    publish(room, MEXICO, GUIDE + "\n", ONE)
    (gap,) = grouping.search(DAYS, 60).found
    assert find_due(room, gap), "the page was changed since"
    room.audit.note(AuditEntry(NAME, "gap.reopened", gap.handle))
    assert find_due(room, gap) is None
