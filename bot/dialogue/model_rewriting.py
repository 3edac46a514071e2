"""Rewriting by a chat model: completes follow-ups and separates questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.answer import Answer, Turn
from bot.chat_model.history import last_turns, to_message
from bot.chat_model.streaming import ModelFailedError, receive_text
from bot.chat_model.written_question import accept_question
from bot.query.parts import MOST
from text.list_items import without_numbering

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

REWRITES = {
    "zh": "请把最后一个问题改写成一个完整的问句，补上省略的国家、手续或税种。只写这个问句，不要回答。",
    "en": "Write the last question again as one whole question, with the country, procedure or tax that it leaves out. "
    "Write only the question, do not answer it.",
    "pt": "Reescreva a última pergunta como uma pergunta completa, com o país, o procedimento ou o imposto que ela "
    "omite. Escreva só a pergunta, não a responda.",
    "ru": "Перепишите последний вопрос полностью, назвав страну, процедуру или налог, которые в нём опущены. "
    "Напишите только вопрос, не отвечайте на него.",
    "ar": "أعد كتابة السؤال الأخير سؤالًا كاملًا، واذكر الدولة أو الإجراء أو الضريبة التي حذفها. "
    "اكتب السؤال فقط ولا تجب عنه.",
}
"""Requests to rewrite a follow-up as a standalone question; English as fallback."""
SEPARATES = {
    "zh": "上面的话如果问了几件不同的事，请把每一件写成一个完整的问句，写明所涉及的国家、手续或税种，每行一句；"
    "如果只问一件事，只写一句。只写问句，不要回答。",
    "en": "If this message asks several different things, write each as one whole question on a line of its own, with "
    "the country, procedure or tax that it is about. If it asks one thing, write one question. Write only questions, "
    "in the language of the message, and do not answer them.",
}
"""Requests to take a long message apart; English as fallback."""


def complete_question(model: BaseChatModel, draft: Answer, history: Sequence[Turn], seconds: float) -> str:
    """Returns a follow-up as the model completes it; "" if it fails or is unusable."""
    messages = completion_prompt(draft.standalone_question, draft.language, history)
    try:
        written = "".join(receive_text(model, messages, seconds))
    except ModelFailedError:
        return ""
    return accept_question(written, draft.standalone_question, history)


def separate_questions(model: BaseChatModel, draft: Answer, seconds: float) -> list[str]:
    """Returns the questions that the model finds in a message.

    [] if it fails, finds a single one or writes anything else.
    """
    message = draft.standalone_question
    try:
        written = "".join(receive_text(model, separation_prompt(message, draft.language), seconds))
    except ModelFailedError:
        return []
    lines = [without_numbering(line) for line in written.splitlines() if line.strip()]
    asked = list(dict.fromkeys(accept_question(line, message, ()) for line in lines))
    return asked if all(asked) and 1 < len(asked) <= MOST else []


def completion_prompt(question: str, language: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """Returns the messages that ask a model to complete a follow-up question."""
    said = [*last_turns(history), *last_turns([Turn("user", question)])]
    lines = (f"{'Q' if turn.role == 'user' else 'A'}: {turn.content}" for turn in said)
    return [to_message(Turn("user", "\n".join([*lines, "", REWRITES.get(language, REWRITES["en"])])))]


def separation_prompt(message: str, language: str) -> list[BaseMessage]:
    """Returns the messages that ask a model to take a message apart into questions."""
    return [to_message(Turn("user", f"{message}\n\n{SEPARATES.get(language, SEPARATES['en'])}"))]
