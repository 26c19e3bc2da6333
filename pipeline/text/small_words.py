"""Small words: articles, prepositions, conjunctions and pronouns of the site's languages, folded.

They never make a match fail. A word that also names a thing in another of the languages (German "war", "man", "hat") is
not among them.
"""

from typing import Final

_TEXT: Final = """
a an and are as at be been but by do does for from had has have he her his how i if in into is it its me my no nor not of on
or our out she so some than that the their them then there these they this those to too up us was we were what when where
which who why will with you your
am auf aus bei beim das dem den der des die durch ein eine einem einen einer eines fur ich im ist mit nach oder sie uber
um und vom von vor wir zu zum zur
au aux avec ce cette ces chez dans de des du elle en est et la le les leur leurs nous ou par pour que qui sa ses son sur
un une vos votre vous
al con como del desde donde e el ella ellos es esta este la las lo los mas mi muy no para pero por que se si sin sobre su sus
tu un una unas unos y ya
agli ai alla alle allo che chi coi col da dagli dai dal dalla dalle dei del della delle dello di e ed gli i il io la le lo
ma negli nei nel nella nelle nello ne per piu sono sui sul sulla tra un una uno
aan bij dat de deze die dit door een en het hun ik in is je met na naar niet of om onder ons ook op over te tot uit van
voor wat we wij ze zijn
ao aos as com da das do dos e ela ele em na nas no nos o os ou para pela pelas pelo pelos por que sao se sem um uma umas uns
का की के को में से है हैं और पर ने यह वह एक भी तो ही
"""
_SMALL: Final = frozenset(_TEXT.split())


def is_small(word: str) -> bool:
    """Whether the folded word is small in any of the languages."""
    return word in _SMALL
