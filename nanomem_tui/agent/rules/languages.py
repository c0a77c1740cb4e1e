"""Sentences in other languages: whether a sentence is English, and whether one that is not states something.

The rules cannot rewrite other languages, so their statements are kept word for word; only clear questions,
greetings and requests are told apart.
"""

import re
import unicodedata

from nanomem_tui.agent.rules.statements import GENERAL, GREETING, QUESTION, REQUEST
from nanomem_tui.agent.rules.verbs import is_third
from nanomem_tui.agent.rules.words import words

_ENGLISH = words("""
    i i'm i've i'd i'll my me we our am is are was the a an and of to in for with on at from have
    has do don't not
    this that it you your what how can would she he they his her their been by be had as but or so
    will
""")
_OTHERS = words("""
    yo soy mis vivo tengo trabajo gusta gustan estoy una uno el la los las de que en con por
    para muy
    nací mudé alérgico alérgica hermana hermano esposa marido llama
    je j'ai j'habite j'aime suis ma mes mon le les du un une et est sur avec pour dans travaille
    habite ai ne pas
    sœur frère femme mari s'appelle
    ich bin habe mein meine meinen wohne arbeite und der das ein eine einen nicht mit auf
    für seit im heiße
    schwester bruder frau mann heißt lebe spreche komme esse trinke
    io sono ho mia mio vivo lavoro abito piace il lo gli di che con per sorella fratello chiamo
    eu sou tenho moro meu minha trabalho gosto não uma em são irmã irmão chamo
    ik heb mijn woon werk hou het een en niet
    jag är har mitt bor arbetar och inte jestem mam moja moje mieszkam pracuję nie
    benim var yaşıyorum çalışıyorum seviyorum
""")
_SHARED = words("in a an am was so on he has do or as is no me")
"""English words that other languages write too."""
_FIRST_PERSON = words("""
    yo soy mi mis vivo tengo trabajo me estoy nací mudé nuestro nuestra somos vivimos tenemos
    prefiero odio estudio
    je j'ai j'habite j'aime suis ma mes mon j'étudie j'adore j'étais nous notre j'ai
    ich bin habe mein meine meinen meinem wohne arbeite mag mir mich wir unser unsere lebe spreche
    komme
    io sono ho mia mio abito lavoro mi chiamo eu sou tenho moro meu minha gosto trabalho
    ik ben heb mijn woon werk jag är min mitt bor jestem mam moja moje mój mieszkam pracuję ben
    benim
""")
_GREETINGS = re.compile(
    r"(?:hola|buenos días|buenas (?:tardes|noches)|gracias|muchas gracias|adiós|bonjour|salut|bonsoir"
    r"|merci|merci beaucoup|au revoir|hallo"
    r"|guten (?:tag|morgen|abend)|danke|danke schön|vielen dank|tschüss|ciao|grazie|buongiorno|olá|oi"
    r"|obrigad[oa]|bom dia|hoi|dank je|hej|tack"
    r"|cześć|dziękuję|merhaba|teşekkürler|你好|您好|谢谢|谢谢你|謝謝|再见|早上好|晚上好|こんにちは|こんばんは|おはよう(?:ございます)?"
    r"|ありがとう(?:ございます)?"
    r"|はい|いいえ|안녕하세요|감사합니다|привет|здравствуйте|спасибо|добрый день|пока|مرحبا|شكرا|שלום|תודה"
    r"|नमस्ते|धन्यवाद"
    r"|สวัสดี|ขอบคุณ)"
    r"[\s!.,。！、،]*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:谢谢|謝謝|多谢|ありがとう|どうも|감사|고마|спасибо|благодар|شكرا|תודה"
    r"|danke|vielen dank|gracias|merci|grazie|obrigad[oa]|dank je|tack).{0,40}",
    re.IGNORECASE | re.DOTALL,
)
_QUESTIONS = re.compile(
    r"^[¿]|[?？؟;]\s*$|(?:吗|呢|么|嗎)[。.!！\s]*$|(?:か|かな|でしょうか|ですか|ますか)[。.!！\s]*$|(?:까요|나요|니까|가요)[.!\s]*$"
    r"|^(?:qué|cómo|cuándo|dónde|quién|por qué|cuál|puedes|podrías|qu'est-ce|est-ce que|comment|pourquoi"
    r"|où|quand|qui|quel|peux-tu|pouvez-vous"
    r"|was ist|wie|warum|wann|wo|wer|welche|kannst du|können sie|könntest|perché|quando|dove|puoi"
    r"|você pode|quando|onde|por que"
    r"|что такое|как|почему|когда|где|кто|какой|можешь|можете|什么|怎么|为什么|哪里|谁|能不能|可以帮)"
    r"(?=[\s,]|[^\x00-\x7f])",
    re.IGNORECASE,
)  # fmt: skip
_REQUESTS = re.compile(
    r"^(?:por favor|escribe|ayúdame|dime|explica|haz|s'il (?:te|vous) plaît|écris|aide-moi|aidez-moi"
    r"|explique|dis-moi|bitte|schreib|schreibe|hilf|erkläre"
    r"|sag mir|gib|übersetze|per favore|scrivi|aiutami|spiega|escreva|ajude|me ajude|explique|пожалуйста"
    r"|напиши|напишите|помоги|помогите|объясни"
    r"|переведи|расскажи|请|請|帮我|幫我|写|翻译|告诉我)|(?:ください|下さい|お願いします|教えて|해\s?주세요|주세요)[。.!！\s]*$",
    re.IGNORECASE,
)


_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")


def is_english(sentence: str) -> bool:
    """True for English and for anything the rules may treat so: names, numbers, single Latin words."""
    if _GREETINGS.fullmatch(sentence.strip()):
        return False
    letters = [c for c in sentence if c.isalpha()]
    if not letters:
        return True
    foreign = sum(not _is_latin(c) for c in letters)
    if foreign * 2 > len(letters) or (foreign >= 2 and foreign * 5 > len(letters)):
        return False
    sentence = _ADDRESS.sub(" ", sentence)
    written = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", sentence.replace("’", "'"))
    tokens = [token.casefold() for token in written]
    english = sum(0.4 if token in _SHARED else 1 for token in tokens if token in _ENGLISH or is_third(token))
    # Capitals inside a sentence are names: Los Angeles, Le Monde.
    plain = [token for number, token in enumerate(written) if number == 0 or token.islower()]
    other = sum(token.casefold() in _OTHERS and token.casefold() not in _ENGLISH for token in plain)
    accented = sum(not token.isascii() for token in tokens)
    return other + (accented > 0 and english == 0 and len(tokens) > 2) < english or other + accented == 0


def why_not_foreign(sentence: str, *, own_words: bool) -> str:
    """Why a sentence that is not English is not kept; "" when it is kept."""
    bare = sentence.strip()
    if _GREETINGS.fullmatch(bare) or _THANKS.fullmatch(bare):
        return GREETING
    if _QUESTIONS.search(bare):
        return QUESTION
    if _REQUESTS.search(bare):
        return REQUEST
    tokens = set(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", bare.casefold().replace("’", "'")))
    latin = all(_is_latin(c) for c in bare if c.isalpha())
    speaks = bool(tokens & _FIRST_PERSON) or bool(re.search(r"\b(?:je|j|m|ich)'", bare.casefold()))
    return "" if own_words or not latin or speaks else GENERAL


def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN")


FILING: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("allergy", r"al[eé]rgi|allergi|аллерг|алерг|过敏|過敏|アレルギー|알레르기|حساسية|אלרג|एलर्जी|แพ้"),
        ("medication", r"medicamento|médicament|medikament|лекарств|药|薬|藥|약을"),
        ("condition", r"diab[eè]t|asthm|asma|астм|диабет|糖尿病|哮喘|喘息|高血压|당뇨"),
        ("diet", r"vegetari|végétari|vegan|végan|вегетари|веган|素食|吃素|ベジタリアン|채식|nicht? fleisch"
                 r"|no como carne|ne mange pas de viande|не ем мясо"),
        ("family", r"hermana|hermano|madre|padre|esposa|marido|hij[oa]s?\b|sœur|frère|mère|père|femme"
                   r"|mari\b|fille\b|fils\b|schwester|bruder|mutter|vater"
                   r"|meine frau|mein mann|tochter|sohn|sorella|fratello|moglie|irmã|irmão|filh[oa]|сестра"
                   r"|брат|мама|мать|отец|жена|муж|дочь|сын"
                   r"|姐姐|妹妹|哥哥|弟弟|妈妈|爸爸|妻子|丈夫|老婆|老公|女儿|儿子|兄|妹|姉|弟|母|父|妻|夫|娘|息子|언니|누나|동생|아내|남편"),
        ("pet", r"\bperro|\bgato|\bchien|\bchat\b|\bhund|\bkatze|\bcane\b|\bgatto|cachorro|собак|кошк"
                r"|кот\b|狗|猫|犬|강아지|고양이"),
        ("home", r"\bvivo en|me mud|j'habite|je vis|\bwohne|\blebe in|umgezogen|\babito|\bvivo a|\bmoro\b"
                 r"|живу|переехал|住在|搬到|住んで|引っ越|살아|살고|أسكن|أعيش|\bwoon\b|mieszkam|yaşıyorum"),
        ("work", r"trabajo|travaille|arbeite|beruf|lavoro|работаю|工作|上班|仕事|働|勤め|회사|일해|أعمل"
         r"|pracuj|çalış"
                 r"|ingenier|ingénieur|ingenieur"),
        ("education", r"estudio|universidad|étudi|université|studiere|universität|учусь|университет|大学|学习"
                      r"|学生|공부|대학"),
        ("language", r"\bhablo\b|je parle|\bspreche\b|говорю по|说.{0,3}语|話せ|話します"),
        ("food", r"\bcomo\b|me gusta comer|\bmange|\besse\b|\btrinke\b|ем\b|пью\b|喜欢吃|爱吃|喝"
         r"|食べ|飲|먹|마시"
                 r"|kaffee|café|кофе|咖啡|コーヒー|茶"),
        ("trip", r"viaje|voyage|\breise|viaggio|поездк|путешеств|旅行|旅游|여행"),
        ("hobby", r"me gusta|me encanta|j'aime|j'adore|\bmag\b|hobby|mi piace|gosto de|люблю|нравится|喜欢"
                  r"|爱好|好き|趣味|좋아"),
        ("identity", r"me llamo|mi nombre|je m'appelle|ich heiße|mein name|mi chiamo|me chamo|меня зовут"
                     r"|мне \d+ |我叫|我的名字|岁|歳|名前|と申します|이름|제 이름|años|\bans\b|jahre alt"),
    )
)  # fmt: skip
"""Filing of sentences in other languages by word stems, most telling first."""
