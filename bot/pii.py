"""Masks personal data in a question before search, model and log see it.

Identifiers of companies and documents are kept: unified social credit codes, document numbers, customs codes, hotlines,
amounts and dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.answer import Turn
from text.citations import WRITTEN_MARKER
from text.lexicon.load import bodies
from text.sentences import sentence_spans

E_MAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
CPF = re.compile(r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")
CARD = re.compile(r"(?<![0-9A-Za-z.])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![\d.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d.]|\s*(?:元|美元|欧元|人民币))")
ABROAD = re.compile(r"(?<![\w.])\+\d{1,3}(?:[ ()-]{0,2}\d){7,12}(?!\d)")
PASSPORT = re.compile(
    rf"((?:{bodies('personal.passport')})"
    rf"(?:\s*(?:{bodies('personal.number')}))?\s*(?:{bodies('personal.is')}|:|：)?\s*)"
    r"([A-Za-z]{0,3}\d{6,9}[A-Za-z]?)(?![0-9A-Za-z])",
    re.IGNORECASE,
)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of the first 17 digits of an identity number for its check character.

From GB 11643-1999; the check character is the last.
"""
MASK = "***"
CLAUSE = re.compile(r"[^,，،;；؛\n]*(?:[,，،;；؛\n]|$)")
"""A part of a sentence."""


def mask(text: str) -> str:
    """Replaces personal data by MASK.

    Covers e-mail addresses, phone numbers (mobile and foreign), Chinese and Brazilian identity numbers, passport
    numbers and bank card numbers.
    """
    text = E_MAIL.sub(MASK, text)
    text = PASSPORT.sub(lambda match: match[1] + MASK, text)
    text = mask_matches(IDENTITY, is_identity, text)
    text = CPF.sub(MASK, text)
    text = mask_matches(CARD, is_card, text)
    return ABROAD.sub(MASK, MOBILE.sub(MASK, text))


def without_masked(text: str) -> str:
    """Returns a masked text without the clauses that contained personal data.

    "" if there is no other clause.
    """
    sentences = (text[start:end] for start, end in sentence_spans(text))
    clauses = (clause for sentence in sentences for clause in CLAUSE.findall(sentence))
    return "".join(clause for clause in clauses if MASK not in clause).strip()


def mask_turn(turn: Turn) -> Turn:
    """Masks a turn, and removes markers, which mean nothing to the next answer."""
    content = WRITTEN_MARKER.sub("", turn.content) if turn.role == "assistant" else turn.content
    return replace(turn, content=mask(content))


def mask_matches(pattern: re.Pattern[str], holds: Callable[[str], bool], text: str) -> str:
    """Masks the matches of a pattern that also pass a check."""
    return pattern.sub(lambda match: MASK if holds(match[0]) else match[0], text)


def is_identity(number: str) -> bool:
    """Checks the check character of a Chinese identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(number, IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def is_card(number: str) -> bool:
    """Checks the check digit of a bank card number (ISO/IEC 7812-1)."""
    digits = [int(each) for each in number if each.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1
