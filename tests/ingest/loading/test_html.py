"""Web pages: what a reader sees of the main content, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loading.html import read_html, read_page

LONG = "境外投资备案的办理条件、材料和时限如下。" * 20


def test_headings_lists_and_tables_become_markdown() -> None:
    page = """<html><head><title>t_site</title></head><body><h1>指南</h1><div>第一段<br>第二行 <b>重</b>点
    <p>另一段</p>尾</div><ol start=3><li>甲<ul><li>子项</li></ul></li><li><p>乙</p></li></ol>
    <table><caption>表一</caption><tr><th>国家<th colspan=2>税</tr><tr><td rowspan=2>巴西<td>a<td>1</tr>
    <tr><td>b|c<td>2</tr></table><dl><dt>词<dd>义</dl></body></html>"""
    assert read_page(page).text.split("\n") == [
        "# 指南", "", "第一段", "第二行重点", "", "另一段", "", "尾", "", "3. 甲", "   - 子项", "4. 乙", "", "表一", "",
        "| 国家 | 税 | 税 |", "| --- | --- | --- |", "| 巴西 | a | 1 |", "| 巴西 | b\\|c | 2 |", "", "词", "", "义",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x</script>", "<style>x</style>", "<nav>x</nav>", "<footer>x</footer>", "<!-- x -->",
        "<p hidden>x</p>", "<div role=navigation>x</div>",
        "<template>x</template>", "<noscript>x</noscript>", '<div aria-hidden="true">x</div>',
        '<p style="display: none">x</p>', '<p style="visibility:hidden">x</p>', '<p style="FONT-SIZE:0px">x</p>',
        '<p style="opacity:0">x</p>', '<p style="color:#FFF">x</p>',
        '<p style="color: white; background:#ffffff">x</p>',
        '<div style="display:none"><p style="display:none">x</p></div>',
    ],
)  # fmt: skip
def test_what_a_browser_does_not_show_is_left_out(hidden: str) -> None:
    assert read_page(f"<body><p>seen</p>{hidden}</body>").text == "seen"


@pytest.mark.parametrize(
    "seen",
    [
        '<p style="opacity:0.9">x</p>', '<p style="font-size:0.9em">x</p>', '<p style="background-color:white">x</p>',
        '<table bgcolor="#003366"><tr><td><p style="color:#fff">x</p></table>', '<p style="color:#fff0f0">x</p>',
        '<div style="background:#036"><p style="color:white">x</p></div>', "<form><p>x</p></form>",
    ],
)  # fmt: skip
def test_what_a_browser_shows_stays(seen: str) -> None:
    assert read_page(f"<body>{seen}</body>").text == "x"


def test_the_main_content_is_read_under_the_title_of_the_page() -> None:
    page = (
        f"<title>备案指南</title><body><div>首页 登录</div><div id=UCAP-CONTENT><p>{LONG}</p></div><div>友情链接</div>"
    )
    loaded = read_page(page)
    assert loaded.text == f"# 备案指南\n\n{LONG}"
    assert loaded.title == "备案指南"


def test_a_short_marked_part_is_not_taken_for_the_page() -> None:
    assert LONG in read_page(f"<body><article>teaser</article><div>{LONG}</div></body>").text


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    page = "<table><tr><td>菜单<td><table><tr><th>a<th>b<tr><td>1<td>2</table></table>"
    assert read_page(page).text == "菜单\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_the_title_alone_is_no_text() -> None:
    assert read_page("<title>登录</title><script>render()</script>").text == ""


@pytest.mark.parametrize("encoding", ["gb2312", "utf-8", "utf-16"])
def test_the_encoding_is_the_declared_one(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(f'<html><head><meta charset="{encoding}"></head><p>境外投资管理办法</p>'.encode(encoding))
    assert read_html(path).text == "境外投资管理办法"
