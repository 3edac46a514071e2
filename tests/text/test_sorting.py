"""Names stand where readers of a language look for them."""

from __future__ import annotations

import pytest

from text.sorting import name_order


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh", ["阿联酋", "埃及", "巴西", "白俄罗斯", "俄罗斯", "古巴", "马来西亚", "沙特阿拉伯", "泰国", "越南"]),
        ("pt", ["África do Sul", "Arábia Saudita", "Brasil", "Egito", "Etiópia", "Índia", "Irã", "Uganda"]),
        ("ru", ["Беларусь", "Бразилия", "Египет", "Иран", "Россия", "Эфиопия", "ЮАР"]),
        ("ar", ["إثيوبيا", "إندونيسيا", "أوغندا", "إيران", "البرازيل", "بوليفيا", "روسيا", "السعودية", "الهند"]),
        ("en", ["Bolivia", "Brazil", "Côte d’Ivoire", "Cuba", "United Arab Emirates"]),
    ],
)
def test_a_list_of_countries_sorts_as_readers_of_the_language_expect(language: str, names: list[str]) -> None:
    assert sorted(sorted(names, key=len), key=name_order(language)) == names
