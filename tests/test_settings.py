"""Every setting is said, and README stays as short as a stranger reads."""

from __future__ import annotations

import re

from settings import Settings
from tests.conftest import ROOT

NAME = re.compile(r"`((?:ASSISTANT|OPENAI|AWS)_[A-Z_]+)`")


def test_the_page_of_the_settings_names_each_of_them_and_no_other() -> None:
    fields = Settings.model_fields.items()
    names = {str(field.validation_alias or f"ASSISTANT_{name}".upper()) for name, field in fields}
    assert set(NAME.findall((ROOT / "docs/settings.md").read_text("utf-8"))) == names


def test_readme_is_read_in_a_minute() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120
