"""The day on which the questions of these tests are asked."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 27)
