"""What is not a question to the folder: greetings, attempts to change the rules, questions outside the service."""

from __future__ import annotations

import re

from bot.outcomes import Outcome

GREETING = re.compile(
    r"(?: ?(?:你好|您好|嗨|哈喽|在吗|早上好|下午好|晚上好|谢谢(?:你|您)?|多谢|感谢|再见|你是谁|您是谁|你叫什么(?:名字)?|你能做什么|你会什么"
    r"|hi|hello|hey|good (?:morning|afternoon|evening)|thanks?(?: you)?(?: very much)?|bye|who are you"
    r"|what can you do|help"
    r"|olá|oi|bom dia|boa (?:tarde|noite)|obrigad[oa]|quem é você|tchau"
    r"|привет|здравствуйте|добрый (?:день|вечер)|доброе утро|спасибо(?: большое)?|кто ты|кто вы|до свидания"
    r"|مرحبا|مرحباً|السلام عليكم|شكرا|شكراً|من أنت|أهلا)[呀啊哦吗啦]*(?: a lot| so much)?)+",
    re.IGNORECASE,
)
GREETING_CHARACTERS = 100
"""What is longer asks for something besides."""
RULES = re.compile(
    r"忽略.{0,12}(?:指令|指示|提示)|(?:忽略|忘记|无视)(?:你|之前|以上|前面|上面|所有|全部).{0,10}(?:规则|要求|设定)|(?:系统|内部)提示词"
    r"|你的(?:提示词|系统指令)|(?:扮演|你是).{0,12}(?:没有限制|不受限|无限制)"
    r"|(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|prompts?|previous|everything above)\b"
    r"|(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:your|these|previous|prior)\b.{0,20}\brules\b"
    r"|system prompt|your (?:prompt|(?:hidden |initial |original )?instructions)|\byou are now (?:an? )?(?:DAN|unrestricted|jailbroken)"
    r"|(?:ignor[ea]|desconsidere|esqueça).{0,30}(?:instruções|regras)|prompt do sistema"
    r"|(?:игнорируй|забудь).{0,30}(?:инструкци|правил)|системн\w+ (?:промпт|инструкци)"
    r"|(?:تجاهل|انس[َى]?).{0,30}(?:التعليمات|القواعد|تعليمات)|موجه النظام|تعليمات النظام",
    re.IGNORECASE,
)
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
LAW_BREAKING_TOPICS = re.compile(
    r"反走私|反洗钱|anti.?(?:money.?laundering|bribery|smuggling|corruption)|反(?:商业)?贿赂", re.IGNORECASE
)


def route(question: str) -> Outcome | None:
    """The outcome of what is no question to the folder; None where the folder is to be searched."""
    if len(question) <= GREETING_CHARACTERS and GREETING.fullmatch(re.sub(r"\W+", " ", question).strip()):
        return Outcome.GREETING
    if RULES.search(question):
        return Outcome.BLOCKED
    return None


def is_outside(question: str) -> bool:
    """Whether an unanswered question lies outside the service: asked only after the folder gave nothing."""
    return bool(OUTSIDE.search(question)) and not LAW_BREAKING_TOPICS.search(question)
