"""Intent: greetings, attempts to change the rules, requests outside the service."""

from __future__ import annotations

import re

from bot.outcomes import Outcome
from text.prompt_injection import CHANGE_OF_RULES

GREETING = re.compile(
    r"(?: ?(?:你好|您好|嗨|哈[喽啰]|大家好|有人(?:在)?|在不在|在|早上好|早安|早|上午好|中午好|下午好|晚上好|谢谢|谢了|多谢|感谢|辛苦了|麻烦了|再见|拜拜|好的|好|嗯|ok"
    r"|明白了|知道了|收到|没事了|帮了大忙|太好了|你|您|你们|(?<=[你您])是(?:谁|什么)|是(?:不是)?(?:机器人|人工智能|真人|ai)|叫什么(?:名字)?|(?<=[你您])(?:能|可以|会)(?:帮我)?(?:做|干)?(?:什么|啥)"
    r"|(?:good )?(?:morning|afternoon|evening)|hi|hello|hey|there|anyone here|thanks?(?: you)?|many thanks|cheers|great|bye|goodbye|okay"
    r"|a lot|so much|very much|for your help|nice to meet you|how are you|who are you|are you (?:a )?(?:bot|robot|human|real|ai)"
    r"|what can you do|what (?:are you|do you do)|for me|help"
    r"|olá|oi|tudo bem|bom dia|boa (?:tarde|noite)|muito|obrigad[oa]|quem é você|você é um robô|o que você faz|até logo|tchau"
    r"|привет|здравствуйте|здравствуй|добрый (?:день|вечер)|доброе утро|спасибо|большое|огромное|(?:а )?кто ты|(?:а )?ты кто|кто вы|вы кто|ты (?:бот|робот)"
    r"|что (?:ты|вы) умее(?:шь|те)|до свидания|пока"
    r"|مرحبا|مرحباً|السلام عليكم|وعليكم السلام|شكرا|شكراً|جزيلا|جزيلاً|من أنت|من انت|أهلا|اهلا|صباح الخير|مساء الخير|هل أنت روبوت|ماذا تستطيع أن تفعل|مع السلامة"
    r")[呀啊哦吗么啦呢了]*)+",
    re.IGNORECASE,
)
GREETING_CHARACTERS = 100
"""Longest greeting; a longer message asks for something else as well."""
RULES = re.compile(CHANGE_OF_RULES, re.IGNORECASE)
OUTSIDE = re.compile(
    r"写(?:一?首|个|篇)?.{0,8}(?:诗|歌词|小说|作文|情书|笑话)|讲(?:个|一个)?笑话|天气|股票|买哪只|彩票|星座|菜谱|怎么做菜|感冒|头疼|吃什么药|看病"
    r"|(?:逃税|偷税|漏税|走私|洗钱|行贿|贿赂|假发票|假护照|做假账)|足球|电影推荐"
    r"|\b(?:poem|joke|weather|stocks? (?:to buy|tip|should)|lottery|horoscope|recipe|headache"
    r"|medicine should|song lyrics|movie)\b"
    r"|\b(?:evade|dodge|cheat on) (?:the )?tax(?:es)?\b|\b(?:smuggl\w+|launder\w*|bribe\w*"
    r"|fake (?:invoices?|passports?))\b"
    r"|\b(?:poema|piada|previsão do tempo|receita de|dor de cabeça|sonegar|contraband\w+|suborn\w+)\b"
    r"|\b(?:стих\w*|анекдот|погод[аыу]|акци[ию] купить|рецепт|голов\w+ бол\w+|контрабанд\w+|взятк\w+"
    r"|уклон\w+ от (?:уплаты )?налог\w+)\b"
    r"|قصيدة|نكتة|الطقس|وصفة طبخ|تهريب|رشوة",
    re.IGNORECASE,
)
"""Requests outside the service, such as poems, weather or breaking the law."""
LAW_BREAKING_TOPICS = re.compile(
    r"反走私|反洗钱|anti.?(?:money.?laundering|bribery|smuggling|corruption)|反(?:商业)?贿赂", re.IGNORECASE
)
"""Lawful topics that contain words of OUTSIDE, such as anti-smuggling rules."""


def route(question: str) -> Outcome | None:
    """Returns the outcome of a message that is no question; None if search is needed."""
    if len(question) <= GREETING_CHARACTERS and GREETING.fullmatch(re.sub(r"\W+", " ", question).strip()):
        return Outcome.GREETING
    if RULES.search(question):
        return Outcome.BLOCKED
    return None


def is_outside(question: str) -> bool:
    """Checks that an unanswered question is outside the service.

    Asked only after the search found nothing, because documents may answer such questions.
    """
    return bool(OUTSIDE.search(question)) and not LAW_BREAKING_TOPICS.search(question)
