"""Passwords that people guess first are refused, and others are not."""

from __future__ import annotations

import random
import string
import time

import pytest

from web.staff.identity.password import SHORTEST, is_mostly, weakness


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop1",
        "Password123!",
        "admin12345",
        "abcdefghij",
        "aaaaabbbbb",
        "Qiantang2026",
        "88888888aa",
    ],
)
def test_common_rows_and_local_passwords_are_easy_to_guess(password: str) -> None:
    assert weakness(password, password) == "auth.too_simple"


@pytest.mark.parametrize(
    "password",
    [
        "woaini1314520",
        "5201314woaini",
        "admin@123456",
        "zhongguo2024!",
        "zhangwei1988",
        "wangjianguo1965",
        "Xiaowang#2026",
        "shangwuju2026",
        "qiantangqu2026!",
        "woaibeijing2008",
        "ABCabc123!@#",
        "P@ssw0rd#Gov2026",
        "我爱你中国12345",
    ],
)
def test_the_words_and_names_that_people_in_china_take_make_none(password: str) -> None:
    assert weakness(password, password) == "auth.too_simple"


def test_more_words_of_pinyin_than_are_tried_make_a_password() -> None:
    assert weakness("zhongguo nihao beijing woaini jiayou", "zhongguo nihao beijing woaini jiayou") == ""
    assert weakness("wojiadexiaogouxihuanchirou", "wojiadexiaogouxihuanchirou") == ""


def test_random_signs_are_hardly_ever_taken_for_words() -> None:
    chance = random.Random(1)
    signs = string.ascii_letters + string.digits + "!@#$%"
    assert sum(is_mostly("".join(chance.choices(signs, k=12)), ()) for _ in range(2000)) < 10


def test_one_s_own_name_makes_no_password() -> None:
    assert weakness("wangfang1985", "wangfang1985", "Wangfang", "fang.wang@example.org") == "auth.too_simple"
    assert weakness("fang.wang2026", "fang.wang2026", "王芳", "fang.wang@example.org") == "auth.too_simple"


@pytest.mark.parametrize(
    "password", ["AnnaBerg2026!", "annaberg2026", "BergAnna2026?", "Berg-anna-1985", "anna.berg#88", "2026BERGannaAB!!"]
)
def test_the_parts_of_a_name_in_any_order_with_years_and_signs_make_none(password: str) -> None:
    assert weakness(password, password, "Anna Berg", "a.berg@example.org") == "auth.too_simple"


def test_a_name_within_a_longer_password_is_no_harm() -> None:
    assert weakness("anna likes green rivers", "anna likes green rivers", "Anna Berg") == ""
    assert weakness("Ht7#kq29xLp", "Ht7#kq29xLp", "Kq Li") == ""


@pytest.mark.parametrize("password", ["four unlike words here", "Ht7#kq29xLp", "一帆风顺年年好万事如意"])
def test_several_words_or_random_signs_do(password: str) -> None:
    assert weakness(password, password, "王芳") == ""
    assert weakness(password, password + "x") == "auth.not_the_same"


def test_a_short_one_is_told_so_and_a_long_one_costs_little_time() -> None:
    assert weakness("x" * (SHORTEST - 1), "") == "auth.too_short"
    began = time.process_time()
    weakness("correct horse battery staple " * 7, "")
    assert time.process_time() - began < 2
