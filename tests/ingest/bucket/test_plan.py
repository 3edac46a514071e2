"""What a round does follows from both places and from what they were."""

from __future__ import annotations

import pytest

from ingest.bucket.plan import Known, MirrorPlan, is_mirrored, looks_like_a_mishap, plan_round

A, B = "first", "second"
CASES: dict[str, tuple[str, str, str, MirrorPlan]] = {
    "nothing changed": (A, A, A, MirrorPlan()),
    "new in the bucket": (A, "", "", MirrorPlan(down=("f",))),
    "new in the folder": ("", A, "", MirrorPlan(up=("f",))),
    "changed in the bucket": (B, A, A, MirrorPlan(down=("f",))),
    "changed in the folder": (A, B, A, MirrorPlan(up=("f",))),
    "removed in the bucket": ("", A, A, MirrorPlan(removed_here=("f",))),
    "removed in the folder": (A, "", A, MirrorPlan(removed_there=("f",))),
    "removed in both": ("", "", A, MirrorPlan(forgotten=("f",))),
    "new in both": (A, A, "", MirrorPlan(disputed=("f",))),
    "changed in both": (B, B, A, MirrorPlan(disputed=("f",))),
    "changed in the bucket, removed in the folder": (B, "", A, MirrorPlan(down=("f",))),
    "removed in the bucket, changed in the folder": ("", B, A, MirrorPlan(up=("f",))),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_goes_to_the_other_place_and_wins_over_a_removal(case: str) -> None:
    there, here, was, expected = CASES[case]
    known = {"f": Known(was, was)} if was else {}
    assert plan_round({"f": there} if there else {}, {"f": here} if here else {}, known) == expected


def test_many_removals_at_once_look_like_a_mishap() -> None:
    assert not looks_like_a_mishap(2, 2) and not looks_like_a_mishap(20, 200)
    assert looks_like_a_mishap(3, 4) and looks_like_a_mishap(21, 1_000)


@pytest.mark.parametrize(
    "source", ["", "/etc/passwd", "../x.md", "a/../../x.md", "a//b.md", "folder/", ".git/x", "a/.x.md", "x.part", "~$x"]
)
def test_hidden_and_temporary_files_and_keys_that_lead_out_of_the_folder_are_not_mirrored(source: str) -> None:
    assert not is_mirrored(source)


def test_documents_sidecars_and_notes_are_mirrored() -> None:
    assert all(map(is_mirrored, ["a.md", "境外/a.pdf", "境外/a.pdf.yaml", "README.md", "contacts.yaml"]))
