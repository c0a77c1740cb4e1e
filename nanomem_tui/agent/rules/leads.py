"""What stands before a statement: `By the way,`, `I think`, `Correction:`, and what it says about it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before the statement proper, and what it says about it."""

    length: int
    """Characters of lead-in words."""
    hedged: bool = False
    corrects: bool = False
    """`I meant`, `correction:`: the earlier statement was wrong."""
    changes: bool = False
    """`Actually`, `update:`: the earlier statement may no longer hold."""
    remember: bool = False
    """The person asks to keep what follows."""


_SELF = r"(?:i|i['’]\w+|im|ive|my|we|we['’]\w+|our|me)\b"
_LEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mark, re.compile(pattern, re.IGNORECASE))
    for mark, pattern in (
        ("", r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|greetings|dear \w+|yo)"
             r"(?: there| all| everyone| again| claude| chatgpt| assistant| team)?[,!.—–-]*\s+"),
        ("corrects", r"(?:correction|edit|erratum)\s*[:,–—-]\s*"),
        ("corrects", r"(?:(?:oh|oops|ah|no|wait|sorry|my bad|well|actually)[,!.]*\s+)*(?:i meant|i mean)"
                     r"(?: to say)?(?: that)?[,:]?\s+"),
        ("corrects", rf"(?:oops|sorry|my mistake|my bad|i was wrong|wait|no"
                     rf"|not quite)[,:!.—–-]+\s+(?={_SELF}|it)"),
        ("changes", r"(?:actually|update|now|as of (?:today|now)|from now on|these days|nowadays|news"
                    r"|big news)"
                    r"(?:[,:!]\s*|\s+(?=\w))"),
        ("", r"(?:oh|ah|well|so|also|and|but|plus|then|btw|by the way|yes|yeah|yep|no|nope|ok|okay|sure"
             r"|right|hmm+"
             r"|um+|uh|anyway|fyi|haha|lol|wow|thanks|thank you|great|cool|perfect|awesome|sorry|honestly"
             r"|tbh"
             r"|frankly|anyways|alright|lastly|finally|first(?:ly)?|second(?:ly)?|third(?:ly)?"
             r"|additionally|moreover"
             r"|in addition|besides|too|unfortunately|sadly|luckily|fortunately|apparently"
             r"|for (?:the record|context"
             r"|reference|your information|background)|(?:as|like) (?:i said|i mentioned|mentioned"
             r"|you know)"
             r"|(?:some )?(?:context|background)|note(?: to self)?|fact|reminder|about me|one more thing"
             r"|another thing"
             r"|in case it (?:matters|helps)|just so you know|to be (?:honest|clear|fair)|in fact"
             r"|good news|bad news"
             r"|thank you(?: so much| very much)?|thanks a lot|great question|good point)[,:;!.—–-]+\s*"),
        ("", rf"(?:oh|well|so|also|and|but|plus|then|anyway|yes|no|btw|by the way|fyi|since|because"
             rf"|besides)\s+(?={_SELF})"),
        ("remember", r"(?:(?:please|also|so|just|kindly)[, ]+)*(?:(?:can|could|would|will) you (?:please )?"
                     r"|i(?: woul|['’])d like you to |i want you to |i need you to |you should "
                     r"|make sure (?:to|you) )?"
                     r"(?:remember|note|keep in mind|bear in mind|save|store|memori[sz]e|record"
                     r"|don['’]t forget"
                     r"|do not forget|be aware|add to (?:my )?memory|jot down|write down|know)"
                     r"(?: (?:that|this|the following)\b(?: (?:fact|about me|for later))?| in your memory"
                     r"| for me"
                     r"| down| the fact that)*\s*[:,–—-]?\s*(?=\w)(?!to\b|how\b|what\b|when\b|where\b|if\b"
                     r"|me\b|you\b|it\b)"),
        ("", r"(?:i (?:just )?(?:should|want to|wanted to|have to|must|forgot to|would like to|need to"
             r"|also want to)"
             r" (?:mention|say|add|tell you|let you know|share|point out|note|clarify|inform you)"
             r"|i(?:['’]ve)? (?:already |just )?(?:told you|mentioned|said)|let me (?:tell you|add|mention"
             r"|share)"
             r"|it['’]?s worth (?:noting|mentioning)|the (?:thing|fact|truth) is|it turns out|turns out"
             r"|i (?:just |recently )?(?:found out|learned|learnt|realized|realised|discovered)"
             r"|you (?:should|must|may want to) know|i(?: am|['’]m) (?:happy|glad|proud|excited|sad|sorry"
             r"|afraid)"
             r" to (?:say|share|announce|report|tell you))(?: that)?[,:]?\s+(?=[A-Za-z])"),
        ("hedged", r"(?:(?:i(?:['’]m| am) (?:not (?:entirely |quite |really )?sure,? but|pretty sure"
                   r"|fairly sure"
                   r"|guessing)|not sure,? but|i(?:['’]d| would) say|i (?:do )?(?:think|believe|guess"
                   r"|suppose|suspect|assume"
                   r"|reckon)"
                   r"|if i (?:remember|recall) (?:correctly|right|well)|as far as i know|afaik"
                   r"|from what i remember)"
                   rf",?\s+(?:that )?)(?={_SELF}|maybe|probably)"),
        ("hedged", r"(?:maybe|perhaps|probably|possibly|supposedly|presumably)[,]?\s+(?=\w)"),
    )
)  # fmt: skip


def lead_of(sentence: str) -> Lead:
    """The lead-in words of a sentence and what they mark."""
    at = 0
    marks: set[str] = set()
    for _ in range(8):
        for mark, pattern in _LEADS:
            match = pattern.match(sentence, at)
            if match and match.end() > at and match.end() < len(sentence):
                marks.add(mark)
                at = match.end()
                break
        else:
            break
    return Lead(at, "hedged" in marks, "corrects" in marks, "changes" in marks, "remember" in marks)
