"""Each line of a guide can be quoted alone: it says who, where and what without what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from ingest.checks.bases import body_lines
from store.basis_marks import UNKNOWN, BasisMark
from store.index import terms
from store.index.tables.full_text import STOP_WORDS
from tests.knowledge.guides import SOURCES, Guide, each_guide, read
from tests.support.for_each import for_each
from text.markdown_blocks import is_question_heading
from text.sentences import sentence_spans

OPENERS = {
    "zh": r"(?:是的?|不是|要|不要|不用|不必|不需要|需要|不行|行|可以|不可以|能|不能|有|没有|会|不会|算|不算"
    r"|对|不对|应该|还要|也要|都要|先|然后|另外|此外|但|不过|因此|所以|同样)(?:[，。、；：]|(?=按|看|由|向|在))"
    r"|[一二两三四五六七八九十\d]+(?:个|种|类|项|步|条|点)[：:]",
    "en": r"(?:Yes|No|Maybe|Sometimes|Usually|Also|However|But|So|Then|Therefore|Likewise|Moreover)\b"
    r"|(?:One|Two|Three|Four|Five|Six|Seven|\d+)(?: \w+)?:",
    "pt": r"(?:Sim|Não|Também|Porém|Mas|Depois|Portanto)[,.;:]",
    "ru": r"(?:Да|Нет|Также|Однако|Но|Затем|Поэтому)[,.;: ]",
    "es": r"(?:Sí|No|También|Pero|Luego|Por tanto)[,.;:]",
    "ar": r"(?:نعم|لا|كلا)[،,.]",
}
PRONOUNS = {
    "zh": r"(?:它|它们|他们|其(?![他它余])|该|这|此|上述|前述|前款|本条|同上|以上|如下)",
    "en": r"(?:It|They|This|That|These|Those|Its|Their|Such|The (?:above|former|latter|same)|He|She|Here|There it)\b",
    "pt": r"(?:Ele|Ela|Eles|Elas|Isso|Isto|Este|Esta|Esse|Essa|Estes|Estas|Seu|Sua)\b",
    "ru": r"(?:Он|Она|Оно|Они|Это|Этот|Эта|Эти|Его|Её|Их|Такой)\b",
    "es": r"(?:Él|Ella|Ellos|Esto|Este|Esta|Estos|Estas|Ese|Esa|Su|Sus)\b",
    "ar": r"(?:هو|هي|هم|هذا|هذه|ذلك|تلك)\s",
}
"""How a line begins that answers or continues something else, by language."""
OF_CHINA = re.compile(
    r"中国|[在来]华|境内|国内|钱塘|杭州|浙江|金砖"
    r"|外商投资|外资|人民币|居留证件|工作许可|签证|免签|综合保税区|自贸|负面清单|鼓励目录"
    r"|国务院|财政部|外交部|外汇局|海关|公安|税务|商务|人社|发展改革|生态环境|12345"
    r"|《|[法例定]第|〔|公告|令第"
)
"""A place in China, a term or permit of its law, an authority, or a law by name or number."""
STOPPED = {*terms(" ".join(STOP_WORDS))}
"""Terms of words that say nothing about a subject."""
MARKER = re.compile(r"(?:[-*]|\d+[.)])\s+")
STEP = re.compile(r"^\d+[.)]\s.*", re.MULTILINE)
UNSURE = re.compile(
    r"须向.{0,40}(?:核实|确认)|须核实|需要核实|待核|资料(?:中|里)?没有|未查到|资料冲突"
    r"|\bto be (?:checked|verified|confirmed)\b|\bmaterial (?:does not|has no|says nothing)"
    r"|\bnot in (?:our|the present) material|\bsources conflict|a verificar|não consta|fontes divergentes"
    r"|\bno consta|por verificar|\bdeben? verificarse|fuentes discrepan"
    r"|нужно проверить|\(проверить\)|требует проверки|нет в наших материалах|источники расходятся"
    r"|يجب (?:التحقق|التأكد|السؤال)|لا تتضمن (?:الماد|ماد)|لم يعثر|المصادر متعارضة",
    re.IGNORECASE,
)


def lines(guide: Guide) -> Iterator[tuple[int, str, str]]:
    """Offset, heading and words of each line that may be quoted: sentences, items and answers."""
    start, heading = 0, ""
    for line in guide.text.split("\n"):
        if line.startswith("#"):
            heading = line.strip("# ")
        elif line.strip() and not line.startswith("|"):
            yield start, heading, MARKER.sub("", line.strip(), count=1)
        start += len(line) + 1


@each_guide
def test_no_sentence_begins_like_an_answer_to_something_else(guide: Guide) -> None:
    openers = re.compile(f"{OPENERS[guide.language]}|{PRONOUNS[guide.language]}")
    sentences = [line[start:end].strip() for _, _, line in lines(guide) for start, end in sentence_spans(line)]
    assert [each for each in sentences if openers.match(each)] == []


@each_guide
def test_an_answer_repeats_a_word_of_its_question_or_of_what_its_guide_is_about(guide: Guide) -> None:
    metadata = guide.document.metadata
    about = {*terms(f"{metadata.title} {metadata.summary}")}
    answers = [(above, line) for _, above, line in lines(guide) if is_question_heading(above)]
    lonely = [line for above, line in answers if not ((about | {*terms(above)}) - STOPPED) & {*terms(line)}]
    assert lonely == []


@for_each([source for source in SOURCES if source.startswith("inbound/") and source.endswith(".zh.md")], read)
def test_an_answer_on_china_cannot_be_taken_for_the_rule_of_another_country(guide: Guide) -> None:
    answers = [line for _, above, line in lines(guide) if is_question_heading(above)]
    assert [line for line in answers if not OF_CHINA.search(line)] == []


@each_guide
def test_what_is_not_known_is_marked_as_such(guide: Guide) -> None:
    assert [words for words, ids in parts(guide) if UNSURE.search(words) and UNKNOWN not in ids] == []


def parts(guide: Guide) -> Iterator[tuple[str, set[str]]]:
    """Words of each line, row or part of one, and the ids of the bases behind them; headings are none."""
    marked: dict[int, list[BasisMark]] = {}
    for mark in guide.document.bases:
        marked.setdefault(guide.text.rfind("\n", 0, mark.start) + 1, []).append(mark)
    for start, line in body_lines(guide.text):
        if line.strip() and not line.startswith("#"):
            own = marked.get(start) or [BasisMark(start, start + len(line), "")]
            for (begin, end), marks in groupby(own, lambda mark: (mark.start, mark.end)):
                yield guide.text[begin:end], {mark.id for mark in marks}


@each_guide
def test_no_numbered_step_is_unknown(guide: Guide) -> None:
    known = {mark.start for mark in guide.document.bases if mark.id != UNKNOWN}
    unknown = {mark.start for mark in guide.document.bases if mark.id == UNKNOWN} - known
    steps = [(match.start(), match[0]) for match in STEP.finditer(guide.text)]
    assert [step for start, step in steps if start in unknown] == []
