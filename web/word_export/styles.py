"""Styles of a Word document: page, fonts for every script, lists and page numbers."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from web.word_export.elements import INDENT, element

FONTS = {"ascii": "Calibri", "hAnsi": "Calibri", "eastAsia": "宋体", "cs": "Arial"}
HEADING_FONTS = FONTS | {"eastAsia": "微软雅黑"}
LANGUAGES = {"val": "en-US", "eastAsia": "zh-CN", "bidi": "ar-SA"}
DEEP = "084F59"
# Custom styles: background colour of the paragraph, and colour of the line at its edge.
FRAMED = {
    "Notice": ("ECEFF0", "52676F"),
    "AI Label": ("E6F2F2", "0B6A77"),
    "Warning": ("FDF3E4", "D99B2B"),
    "Grave Warning": ("FCEBEA", "A3262B"),
}
SIZES = {"Title": 22, "Heading 1": 16, "Heading 2": 14, "Heading 3": 12}
DEEPEST = 9
BULLETS, DOTTED, ROUND = 100, 101, 102
"""Kinds of list: their items begin with a dot, `1.` or `1)`."""


def apply_styles(document: Any) -> None:
    """Sets the page, the styles and the kinds of list of an empty `document`."""
    set_page(document.sections[0])
    set_fonts(document.styles)
    set_languages(document)
    set_styles(document.styles)
    kinds = kind(BULLETS, "bullet", "•"), kind(DOTTED, "decimal", "%{}."), kind(ROUND, "decimal", "%{})")
    for each in kinds:  # the schema requires them before all lists
        document.part.numbering_part.element.insert(0, each)
    drop_thumbnail(document.part.package)


def set_page(section: Any) -> None:
    """Sets the page to A4 with margins of 25 mm."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)


def set_fonts(styles: Any) -> None:
    """Replaces the fonts of the theme, which has none for Chinese, by named fonts."""
    for fonts in styles.element.iter(qn("w:rFonts")):
        is_heading = fonts.get(qn("w:asciiTheme")) == "majorHAnsi"
        fonts.attrib.clear()
        for script, name in (HEADING_FONTS if is_heading else FONTS).items():
            fonts.set(qn(f"w:{script}"), name)


def set_languages(document: Any) -> None:
    """Sets the default language of each script; runs in other languages have a tag."""
    settings = document.settings.element
    for place in (*document.styles.element.iter(qn("w:lang")), *settings.iter(qn("w:themeFontLang"))):
        for script, language in LANGUAGES.items():
            place.set(qn(f"w:{script}"), language)
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")


def set_styles(styles: Any) -> None:
    """Sets sizes, colours and spacing of styles, and adds our own."""
    for name, size in SIZES.items():
        styles[name].font.size = Pt(size)
    for name in ("Title", *(f"Heading {level}" for level in range(1, 10))):
        styles[name].font.color.rgb = RGBColor.from_string(DEEP)
    normal = styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(6), 1.3
    for name, colours in FRAMED.items():
        set_frame(add_paragraph_style(styles, name), *colours)
    quote = styles["Quote"]
    quote.font.italic = quote.font.cs_italic = False
    set_frame(quote, "F6F8F7", "D9E2E1")
    add_paragraph_style(styles, "Table Text").paragraph_format.space_after = Pt(2)


def add_paragraph_style(styles: Any, name: str) -> Any:
    """Adds a paragraph style that is based on Normal."""
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    return style


def set_frame(style: Any, fill: str, edge: str) -> None:
    """Sets shading and a line at the left edge."""
    lines = element("w:pBdr", element("w:left", val="single", sz=24, space=6, color=edge))
    shading = element("w:shd", val="clear", color="auto", fill=fill)
    inside = element("w:ind", left=200, right=100)
    style.element.get_or_add_pPr().extend([lines, shading, inside])


def kind(identity: int, form: str, label: str) -> Any:
    """Returns a kind of list with all its levels."""
    levels = [level(depth, form, label.format(depth + 1)) for depth in range(DEEPEST)]
    return element("w:abstractNum", element("w:multiLevelType", val="multilevel"), *levels, abstractNumId=identity)


def level(depth: int, form: str, label: str) -> Any:
    """Returns a level of a kind of list; `depth` counts from 0."""
    return element(
        "w:lvl",
        element("w:start", val=1),
        element("w:numFmt", val=form),
        element("w:lvlText", val=label),
        element("w:lvlJc", val="left"),
        element("w:pPr", element("w:ind", left=INDENT * (depth + 1), hanging=INDENT)),
        ilvl=depth,
    )


def number_pages(section: Any, pattern: str) -> None:
    """Adds a footer such as `第 {page} 页，共 {pages} 页`; Word fills in the numbers."""
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, rest = pattern.partition("{page}")
    between, _, after = rest.partition("{pages}")
    footer.add_run(before)
    footer._p.append(page_field("PAGE"))
    footer.add_run(between)
    footer._p.append(page_field("NUMPAGES"))
    footer.add_run(after)


def page_field(name: str) -> Any:
    """Returns a field such as PAGE, which Word replaces by its number."""
    shown = element("w:t")
    shown.text = "1"
    return element("w:fldSimple", element("w:r", shown), instr=name)


def drop_thumbnail(package: Any) -> None:
    """Removes the template's thumbnail, an image of an empty page."""
    for identity, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[identity]
