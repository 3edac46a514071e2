"""A message of a conversation, understood as a whole, by questions and by clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answer import Answer, Turn
from bot.dialogue.model_rewriting import complete_question, separate_questions
from bot.dialogue.rewriting import ask_at_home, complete, only_names_country, previous_questions
from bot.dialogue.understanding import Understanding
from bot.query.continuation import turns_home
from bot.query.parts import QuestionPart, may_ask_several, split_clauses, split_parts
from bot.query.query import Asked

AskedPart = tuple[str, Asked]
"""Part of a message, as typed and as understood."""


@dataclass(frozen=True)
class Message:
    """A message with its history and the chosen country.

    Each part is understood only when it is asked for.
    """

    draft: Answer
    history: Sequence[Turn]
    country: str
    understanding: Understanding

    def make_standalone(self) -> Message:
        """Returns the message in standalone form if it only names another country.

        Any other message is returned unchanged.
        """
        whole = complete(self.draft.standalone_question, self.history)
        return replace(self, draft=replace(self.draft, standalone_question=whole), history=()) if whole else self

    def set_country(self) -> Message:
        """Returns the message with the country that it is about, if any.

        That is the chosen one, else the one that the conversation is about. A message about another place drops it, and
        one that turns to China asks there what was asked of a host country.
        """
        asked = self.draft.standalone_question
        country = self.country or self.understanding.last_host(self.history, asked)
        is_home = bool(country) and turns_home(asked)
        if not is_home and not (country and self.understanding.is_elsewhere(asked, country)):
            return replace(self, country=country)
        history = ask_at_home(self.history) if is_home else self.history
        return replace(self, draft=replace(self.draft, is_elsewhere=bool(self.country)), country="", history=history)

    @cached_property
    def whole(self) -> Asked:
        """The message as one question, with the reading of a model, if there is one."""
        question, language = self.draft.standalone_question, self.draft.language
        return self.understanding.interpret(question, language, self.history, self.country, self.rewritten())

    @property
    def is_later(self) -> bool:
        """True if something was asked before that the message may go on with."""
        return bool(previous_questions(self.whole.text, self.history))

    def questions(self) -> Iterator[AskedPart]:
        """Yields the questions of the message, split by their question marks.

        None if it is a single one. "And Indonesia?" asks nothing of its own before another question, and behind one the
        same of Indonesia.
        """
        several = [
            each
            for each in split_parts(self.draft.standalone_question)
            if not only_names_country(each.text) or complete(each.text, self.history_before(each))
        ]
        return map(self.part, several if len(several) > 1 else [])

    def separate_by_model(self) -> Iterator[AskedPart]:
        """Yields the questions that a model finds in a long first message.

        None without a model, or if it finds a single one.
        """
        model, question = self.understanding.model, self.draft.standalone_question
        if model is None or self.history or not may_ask_several(question):
            return
        for each in separate_questions(model, self.draft, self.understanding.seconds):
            yield self.part(QuestionPart(each))

    def clauses(self) -> Iterator[AskedPart]:
        """Yields the clauses of the message that ask something of their own."""
        for each in split_clauses(self.draft.standalone_question):
            yield each.text, self.clause(each)

    def clause(self, part: QuestionPart) -> Asked:
        """Returns one of its clauses, understood."""
        _, asked = self.part(part)
        return replace(asked, is_clause=True)

    def interpret_instead(self, text: str, history: Sequence[Turn]) -> Asked:
        """Returns a text that stands for the message, without the chosen country."""
        return self.understanding.interpret(text, self.draft.language, history, "")

    def part(self, part: QuestionPart) -> AskedPart:
        """Returns the text of a part, and the part understood in its conversation."""
        said = self.history_before(part)
        if whole := complete(part.text, said):
            return part.text, self.understanding.interpret(whole, self.draft.language, (), "")
        return part.text, self.understanding.interpret(part.text, self.draft.language, said, self.country)

    def history_before(self, part: QuestionPart) -> Sequence[Turn]:
        """Returns the history with what stands before a part."""
        return [*self.history, Turn("user", part.before)] if part.before else self.history

    def rewritten(self) -> str:
        """Returns a follow-up as a model completes it; "" without one, or if it fails."""
        model = self.understanding.model
        if model is None or not self.history:
            return ""
        return complete_question(model, self.draft, self.history, self.understanding.seconds)
