"""What the staff write about a document, and what is read from its text where they wrote nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evals.reading.metadata import measure_fields, read_law
from ingest.metadata import read_metadata
from ingest.metadata.effective_dates import repeals
from store.documents import LoadedText, Metadata
from text.document_numbers import find_numbers
from text.language import detect_language
from text.titles import file_title, normalise_title, own_title

NOTICE = """关于促进外贸发展的若干政策意见
杭政办函【2024】18号

各区人民政府：
    一、加大支持。
    本意见自2024年5月1日起施行，有效期3年。《关于外贸的若干意见》（杭政办函〔2021〕7号）同时废止。

杭州市人民政府办公厅
二〇二四年三月二十八日
"""
ORDER = """商务部
中华人民共和国商务部令
2025年第2号
某某管理办法
（2025年6月1日商务部令2025年第2号公布 自公布之日起30日后施行）
第一条 为了管理，制定本办法。
第二条 许可证有效期为2年。
"""


def read(text: str, source: str = "a.txt", front_matter: str = "", sidecar: str = "") -> Metadata:
    return read_metadata(source, front_matter, sidecar, LoadedText(text))[0]


def problems(front_matter: str) -> tuple[str, ...]:
    return tuple(map(str, read_metadata("a.md", front_matter, "", LoadedText("text"))[1]))


def test_a_local_notice_tells_everything_about_itself() -> None:
    metadata = read(NOTICE)
    assert metadata.title == "关于促进外贸发展的若干政策意见"
    assert metadata.issuer == "杭州市人民政府办公厅"
    assert metadata.document_number == "杭政办函〔2024〕18号"
    assert (metadata.issued, metadata.effective_from) == (date(2024, 3, 28), date(2024, 5, 1))
    assert metadata.supersedes == ("关于外贸的若干意见", "杭政办函〔2021〕7号")


def test_a_term_of_three_years_ends_on_the_day_before_its_anniversary() -> None:
    assert read(NOTICE).effective_to == date(2027, 4, 30)


def test_a_term_of_permits_is_not_the_term_of_the_document() -> None:
    assert read(ORDER).effective_to is None


def test_a_period_gives_the_first_and_the_last_day() -> None:
    text = "财政部税务总局公告2025年第3号\n关于增值税的公告\n一、本公告执行期限为2025年1月1日至2027年12月31日。"
    metadata = read(text)
    assert (metadata.effective_from, metadata.effective_to) == (date(2025, 1, 1), date(2027, 12, 31))
    assert metadata.issuer == "财政部、税务总局"


def test_an_end_named_by_its_day_is_the_last_day() -> None:
    text = NOTICE.replace("有效期3年", "有效期至2026年12月31日")
    assert read(text).effective_to == date(2026, 12, 31)


@pytest.mark.parametrize(
    "field",
    [
        "有效期至：\n2027年6月30日",
        "有效期至：2027年6月30日",
        "有效期至\n2027年6月30日",
        "有效期至2027年6月30日",
        "**有效期至：** 2027年6月30日",
        "有效期限：\n2024年5月1日至2027年6月30日",
        "有效期限至：2027年6月30日",
        "有效期限至2027年6月30日",
        "失效日期：2027-06-30",
        "失效日期\n2027年6月30日",
        "失效时间2027年6月30日",
        "**废止日期：** 2027年6月30日",
        "| 发布机构 | 某局 | 废止日期 | 2027年6月30日 |\n| --- | --- | --- | --- |",
        "| 有效期至 | 2027年6月30日 |\n| --- | --- |",
        "| 发布机构 | 某局 | **有效期至** | 2027年6月30日 |\n| --- | --- | --- | --- |",
    ],
)
def test_an_end_named_in_a_field_is_the_last_day(field: str) -> None:
    number = "杭政办函【2024】18号\n"
    text = NOTICE.replace("有效期3年", "").replace(number, f"{number}发布机构某局\n{field}\n")
    assert read(text).effective_to == date(2027, 6, 30)


@pytest.mark.parametrize(
    "field",
    ["施行日期：\n2024年5月10日", "实施时间：2024年5月10日", "| 施行日期 | 2024年5月10日 |\n| --- | --- |"],
)
def test_a_start_named_in_a_field_is_the_first_day_and_not_the_last(field: str) -> None:
    text = NOTICE.replace("本意见自2024年5月1日起施行，有效期3年。", "")
    metadata = read(text.replace("杭政办函【2024】18号\n", f"杭政办函【2024】18号\n{field}\n"))
    assert (metadata.effective_from, metadata.effective_to) == (date(2024, 5, 10), None)


@pytest.mark.parametrize(
    "field",
    ["有效期至：\n2027年6月30日", "有效期至2027年6月30日", "失效日期：2027年6月30日", "施行日期：2027年6月30日"],
)
def test_a_day_of_validity_is_not_the_day_of_issue(field: str) -> None:
    notice = "# 活动厅使用须知\n\n发布机构：活动厅管理处\n{}\n\n每场押金800元。\n"
    assert read(notice.format(field)).issued is None
    assert read(notice.format(f"{field}\n2026年3月1日")).issued == date(2026, 3, 1)


def test_a_notice_that_names_only_its_issuer_and_its_last_day_ends_then() -> None:
    notice = read("# 活动厅使用须知\n\n发布机构：活动厅管理处\n有效期至：\n2027年6月30日\n\n每场押金800元。\n")
    assert (notice.issued, notice.effective_from, notice.effective_to) == (None, None, date(2027, 6, 30))


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("关于废止部分文件的通知", "废止日期：2026年5月1日\n"),
        ("活动厅使用须知", "以上规定的失效日期为2026年5月1日。\n"),
        ("活动厅使用须知", "《旧须知》废止日期：2026年5月1日\n"),
        ("活动厅使用须知", "失效日期：长期有效\n"),
        ("活动厅使用须知", "每场押金800元。\n\n| 文件 | 旧须知 |\n|---|---|\n| 废止日期 | 2026年5月1日 |\n"),
        ("活动厅使用须知", "每场押金800元。\n旧须知\n废止日期：2026年5月1日\n"),
    ],
)
def test_a_day_of_repeal_of_another_document_is_not_the_last_day(title: str, field: str) -> None:
    assert read(f"# {title}\n\n发布机构：活动厅管理处\n{field}\n2025年3月1日\n").effective_to is None


@pytest.mark.parametrize(
    "row", ["| 护照有效期至 | 2027年6月30日 |", "| 证书 | 有效期至 | 2027年6月30日 |", "证书\n有效期至2027年6月30日"]
)
def test_an_end_of_something_else_is_not_that_of_the_document(row: str) -> None:
    assert read(ORDER + row).effective_to is None


def test_thirty_days_after_publication_are_counted_from_the_day_of_issue() -> None:
    metadata = read(ORDER)
    assert (metadata.issued, metadata.effective_from) == (date(2025, 6, 1), date(2025, 7, 1))
    assert (metadata.issuer, metadata.document_number) == ("商务部", "商务部令2025年第2号")


def test_an_english_announcement_tells_its_number_and_its_effect() -> None:
    metadata = read(
        "MOFCOM Announcement No. 46 of 2024 on Export Control of Antimony\n"
        "The following items are controlled. This Announcement takes effect on September 15, 2024.\n"
    )
    assert metadata.document_number == "MOFCOM Announcement No. 46 of 2024"
    assert metadata.effective_from == date(2024, 9, 15)
    assert (metadata.issuer, metadata.language) == ("商务部", "en")


def test_a_text_for_comment_is_a_draft() -> None:
    assert read("钱塘区支持企业出海若干政策（征求意见稿）\n第一条 为了支持企业。").status == "draft"
    assert read(NOTICE).status is None


def test_everything_read_from_the_text_is_marked_as_guessed() -> None:
    metadata = read(NOTICE, front_matter="title: 外贸意见\nissued: 2024-03-29")
    assert "title" not in metadata.guessed and "issued" not in metadata.guessed
    assert {"language", "issuer", "document_number", "effective_from", "supersedes"} <= metadata.guessed
    assert (metadata.title, metadata.issued) == ("外贸意见", date(2024, 3, 29))


def test_the_front_matter_counts_before_the_sidecar() -> None:
    metadata = read("text", front_matter="title: inside", sidecar="title: beside\ncontact: 12345 hotline")
    assert (metadata.title, metadata.contact) == ("inside", "12345 hotline")


def test_a_key_that_is_left_empty_keeps_the_text_from_being_asked() -> None:
    assert read(NOTICE, front_matter="supersedes: []").supersedes == ()


def test_a_guide_of_the_staff_does_not_take_over_the_dates_that_it_quotes() -> None:
    metadata = read(f"# 外贸政策问答\n\n{NOTICE}", "guide.md", "facts: [1A-01]\nreviewed_on: 2026-11-24")
    assert metadata.title == "外贸政策问答"
    assert (metadata.document_number, metadata.issued, metadata.supersedes) == ("", None, ())


def test_a_day_that_does_not_exist_is_named_and_costs_no_other_key() -> None:
    metadata, found = read_metadata("a.md", "title: A\neffective_from: 2026-13-01", "", LoadedText("text"))
    assert [str(each) for each in found] == [
        "front matter: effective_from is not a date: '2026-13-01'. Write it as 2026-01-31."
    ]
    assert metadata.title == "A"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("effectve_to: 2026-01-01", "effectve_to is not a known key. Did you mean effective_to?"),
        ("document_number: 12", "document_number holds 12, which YAML does not read as text. Put it in quotes."),
        ("countries: [NO, BR]", "countries holds False, which YAML does not read as text. Put it in quotes."),
        ("status: valid", "status is 'valid'. Write one of: 'in_force', 'draft' or 'repealed'."),
        ("source_url: gov.cn", "source_url is not an address: 'gov.cn'. Write it with https://."),
        ("just words", "is not a list of `key: value` lines. Write for instance `title: ...`."),
        ("title: a: b", "line 2 cannot be read as YAML. Put texts with a colon or a quote mark in quotes."),
    ],
)
def test_a_slip_in_the_front_matter_is_told_in_one_sentence(written: str, sentence: str) -> None:
    assert problems(written) == (f"front matter: {sentence}",)


@pytest.mark.parametrize("written", ["[CN，BR]", "[CN、BR]", "CN, BR", "[CN, BR]"])
def test_codes_may_be_parted_by_the_commas_of_a_chinese_keyboard(written: str) -> None:
    assert read("text", front_matter=f"countries: {written}").countries == ("CN", "BR")


def test_the_comma_in_a_name_of_offices_parts_no_document_that_was_replaced() -> None:
    number = "商务部、海关总署公告2024年第65号"
    assert read("text", front_matter=f"supersedes: [{number}]").supersedes == (number,)


def test_a_download_is_offered_only_where_the_staff_say_so_plainly() -> None:
    assert read_metadata("a.pdf", "", "download: true", LoadedText("x"))[0].download
    metadata, problems = read_metadata("a.pdf", "", "download: ja", LoadedText("x"))
    assert not metadata.download and [str(each) for each in problems] == [
        "sidecar: download is 'ja'. Write true or false."
    ]


def test_quoted_ids_stay_texts() -> None:
    assert read("text", front_matter='facts: ["1E-07", "2A-01"]').facts == ("1E-07", "2A-01")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("国办发〔2025〕12号", "国办发〔2025〕12号"),
        ("国办发[2025] 12 号", "国办发〔2025〕12号"),
        ("国办发【2025】第12号", "国办发〔2025〕12号"),
        ("国办发（2025）12号", "国办发〔2025〕12号"),
        ("国务院办公厅国办函〔2025〕16号", "国办函〔2025〕16号"),
        ("根据发改外资〔2018〕251号", "发改外资〔2018〕251号"),
        ("中华人民共和国商务部令（2014年第3号）", "商务部令2014年第3号"),
        ("中华人民共和国国务院令第837号", "国务院令第837号"),
        ("国家互联网信息办公室令第11号", "国家互联网信息办公室令第11号"),
        ("国家发展改革委 商务部令2024年第23号", "国家发展改革委、商务部令2024年第23号"),
    ],
)
def test_a_document_number_has_one_spelling(written: str, number: str) -> None:
    assert find_numbers(written) == (number,)


def test_the_repeal_of_single_provisions_repeals_no_document() -> None:
    assert repeals("《反倾销和反补贴条例》中关于反补贴的规定同时废止。") == ()
    assert repeals("根据《甲法》，《乙办法》和《丙规定》同时废止。") == ("乙办法", "丙规定")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("境外投资应当备案，详见 https://www.example.org/a/long/address/of/a/page", "zh"),
        ("A foreign national applies for a work permit (外国人工作许可) with the bureau.", "en"),
        ("Para abrir uma empresa no Brasil é necessário obter o CNPJ na Receita Federal.", "pt"),
        ("Para abrir una empresa en México es necesario inscribirse en el registro público.", "es"),
        ("Pour créer une société en France, il faut rédiger les statuts.", "fr"),
        ("Для регистрации ООО нужен устав.", "ru"),
        ("لتأسيس شركة في الإمارات", "ar"),
        ("日本で会社を設立するには、定款を作成します。", "ja"),
        ("회사를 설립하려면 정관이 필요합니다.", "ko"),
        ("12 345", ""),
    ],
)
def test_the_language_is_that_of_most_of_the_text(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_title_printed_over_two_lines_is_one_title() -> None:
    text = "中央企业境外投资监督管理办\n法\n第35号\n第一章 总则\n第一条 为加强管理，制定本办法。"
    assert read(text, "x.pdf").title == "中央企业境外投资监督管理办法"


def test_a_file_name_is_the_last_resort_for_a_title() -> None:
    assert file_title("政策/出海指南(1)(2025-03-01).pdf") == "出海指南"
    assert (
        read_metadata("政策/出海指南.pdf", "", "", LoadedText("大家好", title="Microsoft Word - 1.doc"))[0].title
        == "出海指南"
    )


def test_editions_of_one_title_compare_as_equal() -> None:
    titles = ("中华人民共和国公司法", "《公司法》", "公司法（2023年修订）", "公司法(2018-10-26)", "公 司 法")
    assert {normalise_title(title) for title in titles} == {"公司法"}
    assert normalise_title("鼓励外商投资产业目录（2022年版）") == normalise_title("鼓励外商投资产业目录(2025年版)")
    assert normalise_title("公司法若干问题的规定（一）") != normalise_title("公司法若干问题的规定（二）")


def test_an_amended_law_does_not_pass_off_the_first_versions_day_as_its_own(shared: Path) -> None:
    metadata = read_law(shared / "laws" / "经济法__反垄断法(2022-06-24).md")
    assert (metadata.issued, metadata.effective_from) == (date(2022, 6, 24), None)
    assert metadata.issuer == "全国人民代表大会常务委员会"


def test_a_wholly_revised_law_takes_effect_on_the_day_that_it_names(shared: Path) -> None:
    metadata = read_law(shared / "laws" / "民法商法__公司法(2023-12-29).md")
    assert (metadata.issued, metadata.effective_from) == (date(2023, 12, 29), date(2024, 7, 1))


def test_the_ministrys_order_names_the_order_that_it_repeals(shared: Path) -> None:
    metadata = read_law(shared / "laws" / "部门规章__境外投资管理办法(2014-09-06).md")
    assert (metadata.issuer, metadata.document_number) == ("商务部", "商务部令2014年第3号")
    assert metadata.supersedes == ("境外投资管理办法", "商务部令2009年第5号")


def test_forty_laws_are_read_as_people_read_them(shared: Path) -> None:
    assert all(share >= 0.95 for share in measure_fields(shared).values())


@pytest.mark.parametrize("title", ["10.1平方公里产业园扶持政策", "2025年投资指南", "2025 Outlook for investment"])
def test_a_title_may_begin_with_a_figure(title: str) -> None:
    assert own_title(f"# {title}\n\n正文。") == title


@pytest.mark.parametrize("part", ["1. 总则", "2.1 适用范围", "3、附则"])
def test_a_numbered_part_is_no_title(part: str) -> None:
    assert own_title(f"# {part}\n\n正文。") != part


@pytest.mark.parametrize("mark", ["", "# ", "## ", "### "])
def test_the_number_below_a_title_is_read_whatever_the_level_of_the_title(mark: str) -> None:
    """A plain PDF has its title as a second heading if it is hardly larger than the text."""
    text = f"{mark}钱塘区护航资金管理办法\n\n钱商务发〔2026〕41号\n\n各有关单位：为支持企业，制定本办法。\n"
    assert read(text, "a.pdf").document_number == "钱商务发〔2026〕41号"


def test_the_office_behind_its_label_is_the_issuer() -> None:
    labelled = "发文机关：钱塘区商务局 发布日期：2026年11月20日"
    text = f"# 境外参展补助试行办法\n\n钱商务〔2026〕9号\n\n{labelled}\n\n第一条 为支持企业，制定本办法。\n"
    metadata = read(text, "a.pdf")
    assert metadata.issuer == "钱塘区商务局"
    assert metadata.issued == date(2026, 11, 20)
    assert read(text.replace(" 发布", "发布"), "a.pdf").issuer == "钱塘区商务局"
    assert read(text.replace("发文机关：", "| 发文机关： | "), "a.pdf").issuer == "钱塘区商务局"
    assert read(text.replace("钱塘区商务局", "商务部 财政部"), "a.pdf").issuer == "商务部、财政部"
