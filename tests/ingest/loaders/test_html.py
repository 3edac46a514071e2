"""Web pages: what a reader sees of the main content, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.html import read_html, read_web_page

LONG = "境外投资备案的办理条件、材料和时限如下。" * 20


def test_headings_lists_and_tables_become_markdown() -> None:
    page = """<html><head><title>t_site</title></head><body><h1>指南</h1><div>第一段<br>第二行 <b>重</b>点
    <p>另一段</p>尾</div><ol start=3><li>甲<ul><li>子项</li></ul></li><li><p>乙</p></li></ol>
    <table><caption>表一</caption><tr><th>国家<th colspan=2>税</tr><tr><td rowspan=2>巴西<td>a<td>1</tr>
    <tr><td>b|c<td>2</tr></table><dl><dt>词<dd>义</dl></body></html>"""
    assert read_web_page(page).text.split("\n") == [
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
    assert read_web_page(f"<body><p>seen</p>{hidden}</body>").text == "seen"


@pytest.mark.parametrize(
    "seen",
    [
        '<p style="opacity:0.9">x</p>', '<p style="font-size:0.9em">x</p>', '<p style="background-color:white">x</p>',
        '<table bgcolor="#003366"><tr><td><p style="color:#fff">x</p></table>', '<p style="color:#fff0f0">x</p>',
        '<div style="background:#036"><p style="color:white">x</p></div>', "<form><p>x</p></form>",
    ],
)  # fmt: skip
def test_what_a_browser_shows_stays(seen: str) -> None:
    assert read_web_page(f"<body>{seen}</body>").text == "x"


def test_the_main_content_is_read_under_the_title_of_the_page() -> None:
    page = (
        f"<title>备案指南</title><body><div>首页 登录</div><div id=UCAP-CONTENT><p>{LONG}</p></div><div>友情链接</div>"
    )
    loaded = read_web_page(page)
    assert loaded.text == f"# 备案指南\n\n{LONG}"
    assert loaded.title == "备案指南"


def test_a_short_marked_part_is_not_taken_for_the_page() -> None:
    assert LONG in read_web_page(f"<body><article>teaser</article><div>{LONG}</div></body>").text


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    page = "<table><tr><td>菜单<td><table><tr><th>a<th>b<tr><td>1<td>2</table></table>"
    assert read_web_page(page).text == "菜单\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_the_title_alone_is_no_text() -> None:
    assert read_web_page("<title>登录</title><script>render()</script>").text == ""


@pytest.mark.parametrize("encoding", ["gb2312", "utf-8", "utf-16"])
def test_the_encoding_is_the_declared_one(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(f'<html><head><meta charset="{encoding}"></head><p>境外投资管理办法</p>'.encode(encoding))
    assert read_html(path).text == "境外投资管理办法"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>补贴3.5<sup>2</sup>万元，税率5<sup>①</sup>%</p>", "补贴3.5²万元，税率5①%"),
        ("<p>10<sup>6</sup>吨，10<sup>-3</sup>米，100<a href=#n><sup>12</sup></a>元</p>", "10⁶吨，10⁻³米，100¹²元"),
        ("<p>the 1<sup>st</sup> of May</p>", "the 1st of May"),
        ("<p>租金<del>300</del>500元，<s>1</s>20%，<strike>7</strike>8家</p>", "租金500元，20%，8家"),
        ("<p>租金<span style='text-decoration: line-through'>300</span>500元</p>", "租金500元"),
    ],
)
def test_what_is_raised_or_struck_out_is_not_read_into_a_figure(page: str, text: str) -> None:
    assert read_web_page(page).text == text


def test_a_figure_whose_digits_are_set_apart_stays_whole_in_a_table_and_a_title() -> None:
    cells = "<tr><th>项目<th>标准</tr><tr><td>面积<td><i>1</i><b>0.1</b>公顷</tr><tr><td>甲<td><p>乙</p><p>丙</p></tr>"
    page = read_web_page(f"<h1>20<b>26</b>年标准</h1><table><caption>表<i>1</i>0</caption>{cells}</table>")
    assert "| 面积 | 10.1公顷 |" in page.text and "| 甲 | 乙丙 |" in page.text and "表10" in page.text
    assert page.title == "2026年标准"
