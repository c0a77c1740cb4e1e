"""Words too common to find anything by, in the languages people ask in most.

Folded as `query.fold` does. Scripts without spaces have none: their words are not told apart.
"""

from collections.abc import Sequence

_ENGLISH = """
a about am an and any are as at be been but by can could did do does for from had has have he her here
hers him his how i if in into is it its me my of on or our she should so some than that the their them
then there these they this those to us was we were what when where which who whom whose why will with
would you your tell know before earlier formerly previously used
"""
_GERMAN = """
aber als am an auf aus bei bin bist da das dass dein deine dem den der des die dir du ein eine einem
einen einer er es fur hab habe haben hat hatte ich ihr im in ist ja kann man mein meine meinem meinen
meiner mich mir mit nach noch oder seit sich sie sind so um und uns vom von wann war waren was welche
welchen welcher welches wem wen wenn wer wie wird wo zu zum zur
"""
_FRENCH = """
ai au aux avec ce ces cette dans de des du elle en est et eu il ils j je l la le les leur lui m ma mais
me mes moi mon n ne nos notre nous on ou par pas pour qu quand que quel quelle quelles quels qui quoi s
sa se ses son sont suis sur t ta te tes toi ton tu un une vous y
"""
_SPANISH = """
al como con cual cuales cuando cuanto de del donde el ella ellos en era es esta este esto estoy fue ha
hay he la las le lo los me mi mis muy nos o para pero por que quien se ser si sin sobre soy su sus te
tengo tiene tu un una unos y ya yo
"""
_ITALIAN = """
ai al alla che chi ci come con da dal dei del della di dove e ed gli ha ho il in io la le lo ma mi mia
mie miei mio nel nella non o per quale quali quando quanto si sono su sua suo tra un una uno
"""
_PORTUGUESE = """
ao aos as com como da das de do dos e ela ele em era eu foi isso mas me meu meus minha minhas na nas no
nos num o onde os ou para pelo por qual quais quando que quem sao se sem ser seu sua tem tenho um uma
"""
_DUTCH = """
aan als bij dat de den die dit een en er haar heb hebben heeft het hij hoe ik in is je maar met mijn naar
niet nog of om onze op te tot uit van voor waar wanneer was wat we welke wie zijn
"""
_RUSSIAN = """
а бы был была были было в вас во вот вы где да для до его ее если есть еще же за и из или им их к как
какая какие какой когда кто ли мне мо меня мои мой моя мое моего моей моих мы на над не него нее нет ни
но о об он она они от по под при с со так там то ты у что чем это я
"""
_ARABIC = """
في من على الى عن هل ما ماذا متي متى اين كيف هو هي انا هذا هذه ذلك التي الذي مع او و كم لي
"""
_TURKISH = """
bir bu da de en icin ile mi mu ne nerede ve ya benim ben kim nasil hangi
"""
_HINDI = """
का की के को में से है हैं था थी थे और या मेरा मेरी मेरे मैं मुझे क्या कब कहाँ कौन कैसे पर ने
"""

_LANGUAGES = tuple(
    frozenset(words.split())
    for words in (
        _ENGLISH,
        *(_GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH),
        *(_RUSSIAN, _ARABIC, _TURKISH, _HINDI),
    )
)


def stop_words(words: Sequence[str]) -> frozenset[str]:
    """The stop words of the language a question is asked in: the one that has most of its words.

    One list at a time, because what is empty in one language (`son`, `ai`, `die`) is the point in another;
    and for any but English only on the strength of two words.
    """
    best = max(_LANGUAGES, key=lambda language: sum(word in language for word in words))
    hits = sum(word in best for word in words)
    return best if hits > 1 or best is _LANGUAGES[0] else frozenset()
