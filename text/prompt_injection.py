"""Prompt injection: finds sentences of a document that address a model.

They are data that no reader needs. Hidden text does not get this far, because the loaders drop it; this is for visible
text.
"""

from __future__ import annotations

import re

CHANGE_OF_RULES = (
    r"忽略.{0,12}(?:指令|指示|提示)|(?:忽略|忘记|无视|不要理会)(?:你|之前|以上|前面|上面|所有|全部).{0,10}(?:规则|要求|设定)"
    r"|(?:系统|内部)提示词|(?:开发者|越狱)模式"
    r"|忘(?:记|掉)(?:你|之前|以上|前面|上面|所有|全部).{0,10}(?:规则|要求|设定|内容|话)"
    r"|(?:打印|输出|重复|复述).{0,12}(?:第一条消息|上面的(?:内容|文字))|第一条消息.{0,8}(?:打印|输出|重复|原样)"
    r"|(?:假装|当作|假设)你?(?:没有|不受).{0,6}(?:规则|限制|约束)|(?:不要管|别管|不用管|抛开)(?:资料|文件|依据|规则).{0,6}编"
    r"|你的(?:提示词|系统指令)|(?:扮演|你是).{0,12}(?:没有限制|不受限|无限制)"
    r"|(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|prompts?|everything above"
    r"|(?:previous|prior|earlier)(?= (?:messages?|texts?|rules?|orders?|context|and)\b|[.,;!]|$))\b"
    r"|(?:ignore|disregard|forget) (?:all |everything |anything )?(?:of )?(?:the |that is |written )?above\b"
    r"|(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:your|these|previous|prior)\b.{0,20}\brules\b"
    r"|\b(?:repeat|print|output|show)\b.{0,20}\b(?:everything above|text above|lines? above|above this line)"
    r"|\b(?:developer|jailbreak|god) mode\b|\bpretend\b.{0,30}\bno (?:restrictions?|rules|limits|filters?)\b"
    r"|\b(?:disregard|ignore) the (?:documents|sources|passages)\b"
    r"|system prompt|your (?:prompt|(?:hidden |initial |original )?instructions)"
    r"|\byou are now (?:an? )?(?:DAN|unrestricted|jailbroken)"
    r"|(?:ignor[ea]|desconsidere|esqueça|olvida|ignora).{0,30}(?:instruções|regras|instrucciones|reglas)|prompt do sistema"
    r"|(?:esqueça|ignore) (?:as |todas as )?(?:suas |tuas )?regras|modo (?:de )?desenvolvedor"
    r"|режим разработчика|(?:игнорируй|забудь).{0,30}(?:инструкци|правил)|системн\w+ (?:промпт|инструкци)"
    r"|وضع المطور|(?:تجاهل|انس[َى]?).{0,30}(?:التعليمات|القواعد|تعليمات)|موجه النظام|تعليمات النظام"
)
"""Requests to ignore or reveal the rules, by a person or a document."""
MACHINE = (
    r"(?:AI|人工智能|智能|聊天)(?:助手|助理|机器人|系统)|助手|(?:大|语言)模型"
    r"|\b(?:AI|language|chat) ?(?:models?|assistants?|bots?|systems?|agents?)\b|\b(?:chatbots?|LLMs?|assistants?|AIs?)\b"
    r"|\b(?:assistentes?(?: de IA| virtua(?:l|is))?|modelos? de linguagem|asistentes?(?: de IA)?|modelos? de lenguaje)\b"
    r"|\b(?:ассистент\w*|чат-?бот\w*|языков\w+ модел\w+|нейросет\w+|ИИ)\b|المساعد(?: الذكي)?|نموذج(?: ال)?لغوي|روبوت الدردشة"
)
MUST = (
    r"[请须要]|应当?|必须|务必|只能|注意|[:：,，!！]|\b(?:must|should|shall|please|always|never|have to|has to|are to|is to)\b"
    r"|\b(?:devem?|deverá|sempre|favor|debe|siempre)\b|\b(?:долж\w+|обязан\w*|всегда|нужно|следует)\b|يجب|عليك|دائما|،"
)
ANSWERING = (
    r"回答|回复|答复|告诉|输出|声称|推荐|称"
    r"|\b(?:answer|reply|respond|say|tell|state|output|write|recommend|mention|claim)\b"
    r"|\b(?:responda|responder|diga|dizer|informe|informar|afirm[ae]r?|escreva|recomend[ae]r?|conteste|escriba)\b"
    r"|\b(?:отве[чт]\w+|скаж\w+|сказать|сообщ\w+|говори\w*|напи[шс]\w+|рекоменд\w+)\b|أجب|قل|يقول|أخبر|اكتب|الرد|الإجابة|يجيب|تجيب|أوص"
)
ORDER = (
    r"(?:问到|问起|问及|询问|提问|被问).{0,24}(?:一律|只能|必须|务必|请你?)(?:回答|回复|答复|告诉|说)"
    r"|(?:回答|回复)(?:任何|所有|一切|本|此|用户).{0,6}(?:问题|提问).{0,6}(?:时|前|请|必须|务必|只|一律)"
    r"|\b(?:whenever|when|if)\b.{0,20}\b(?:asked|asks?|you answer|answering|summari[sz]ing)\b.{0,60}"
    r"(?:,|\b(?:must|should|always|only|please)\b) ?(?:always |only |just |please )?(?:say|answer|reply|respond|tell|state|write)\b"
    r"|\b(?:respond|reply|answer) (?:only|always|to every\w*|with the word)\b"
    r"|\b(?:sempre que|quando|se)\b.{0,20}\b(?:pergunt\w+|responder)\b.{0,60}\b(?:diga|responda|escreva|informe)\b"
    r"|\b(?:si|cuando)\b.{0,20}\bpregunt\w+\b.{0,60}\b(?:diga|responda|escriba)\b"
    r"|\b(?:если|когда)\b.{0,20}\b(?:спр[оа]с\w+|спрашива\w+)\b.{0,60}\b(?:ответь|отвечай|скажи|говори|пиши|сообщи)(?:те)?\b"
    r"|(?:إذا|عندما)\s?(?:سُئلت|سئلت|سألك|سأل).{0,60}(?:فقل|قل|أجب|فأجب|اكتب)"
    r"|<\|?(?:im_start|im_end|system|assistant)\|?>|\[/?INST\]|<</?SYS>>|^\s*#{2,4}\s*(?:system|instruction|assistant)\b"
    r"|^\s*(?:system|assistant)\s*[:：]"
)
"""Instructions on which answer to give, and the role marks of chat models."""
SENTENCE = re.compile(r"[^。！？!?؟\n]*?(?:[。！？!?؟]+|\.(?=\s|$)|\n|$)")
SPEAKS_TO_MACHINE = re.compile(
    rf"{CHANGE_OF_RULES}|(?:{MACHINE}).{{0,30}}(?:{MUST}).{{0,30}}(?:{ANSWERING})|{ORDER}", re.IGNORECASE | re.MULTILINE
)


def speaks_to_machine(sentence: str) -> bool:
    """Checks that a sentence tells a model what to do or to answer."""
    return bool(SPEAKS_TO_MACHINE.search(sentence))


def without_instructions(text: str) -> str:
    """Returns a text without the sentences that address a model."""
    return "".join(piece for piece in SENTENCE.findall(text) if not speaks_to_machine(piece))
