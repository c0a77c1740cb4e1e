"""Sentences that read like orders to a model instead of facts about a person."""

import re

_ORDERS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,30}\b(?:previous|prior|above|earlier|all|any|your|these)\b"
        r"[^.]{0,30}\b(?:instruction|prompt|rule|message|guideline|direction|context|polic)\w*",
        r"\b(?:system|developer)\s+(?:prompt|message|instruction)s?\b",
        r"\byou\s+(?:are\s+now|must|should|shall|have\s+to|will\s+now|can\s+now|need\s+to)\b",
        r"\b(?:as\s+an?\s+(?:ai|assistant|language\s+model))\b",
        r"\b(?:do\s+not|don't|never)\s+(?:tell|inform|mention|reveal|show|ask|warn|notify|alert)\b[^.]{0,30}"
        r"\b(?:the\s+)?(?:user|person|owner|human|anyone|them|him|her)\b",
        r"\b(?:always|from\s+now\s+on|whenever|when\s+asked|in\s+(?:all|every)\s+(?:future\s+)?(?:repl|answer|response|conversation))"
        r"[^.]{0,60}\b(?:respond|reply|answer\s+with|say\s+that|recommend|output|include|append|send|call\s+the|write)\b",
        r"\b(?:respond|reply|answer)\s+(?:only|with|exactly|in\s+all)\b",
        r"\b(?:call|use|invoke|run|execute)\s+(?:the\s+)?(?:\w+\s+)?(?:tool|function|remove_facts|add_facts|update_facts|finish)\b",
        r"\b(?:send|post|upload|forward|exfiltrate|leak|email)\b[^.]{0,60}\b(?:memory|memories|facts|files?|contents?|data|secrets?"
        r"|keys?|passwords?)\b[^.]{0,40}\b(?:to|at)\s+(?:https?:|[\w.+-]+@|\w+\.\w+|this|the\s+following)",
        r"\b(?:delete|remove|erase|wipe|archive)\s+(?:all|every|the\s+(?:other|whole|entire)|everything)\b[^.]{0,30}"
        r"\b(?:memor|fact|file|entr|record|note)\w*",
        r"\b(?:new|updated|important|urgent)\s+(?:system\s+)?instructions?\b",
        r"<\s*/?\s*(?:system|assistant|tool_call|tool_response|memory|instructions?|function_calls?)\b[^>]*>",
        r"<\|[a-z_]+\|>|\[/?INST\]|<<SYS>>|\[\[/?user_data\]\]",
        r"^\s*(?:assistant|system|developer|tool)\s*:",
        r"\b(?:jailbreak|developer\s+mode|DAN\s+mode|prompt\s+injection)\b",
        r"\b(?:pretend|act|behave)\s+(?:to\s+be|as\s+if|as\s+though|like)\s+you\b",
        r"^\s*pretend\s+(?:to\s+be|that|you)\b",
        # Whoever shows a picture fetches it: its address can carry away what stands beside it.
        r"!\[[^\]]*\]\s*\(|<\s*(?:img|iframe|script|object|embed)\b",
        r"\b(?:ignoriere|vergiss)\b[^.]{0,30}\b(?:anweisung|vorherige)\w*",
        r"\bignore[sz]?\b[^.]{0,30}\b(?:instrucciones|instructions|consignes)\b",
    )
)


def find_order(text: str) -> str | None:
    """The words of `text` that read like an order to a model; None when there are none."""
    for pattern in _ORDERS:
        if match := pattern.search(text):
            return " ".join(match[0].split())[:80]
    return None
