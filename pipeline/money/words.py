"""What the words of a price mean: free, for some only, a donation, the least, the most.

Each list is one part of speech; the expressions are made of them."""

from typing import Final

from pipeline import patterns
from pipeline.money.amounts import MAX_TEXT

#: Only so many characters are read as a price's own words.
MAX_PRICE: Final = 600
_FREE_WORD: Final = r"(?:free|complimentary|gratis|gratuit[aeo]?s?|kostenlos|kostenfrei|frei|libre|livre|liber[ao]|franca|vrij|muft)"
_ENTRY: Final = (
    r"(?:admission|entry|entrance|event|eintritt|entr[ée]e|entrada|ingresso|entrata|toegang|inträde)"
)
#: Whom a price is for where it is not for all.
_SOME: Final = r"(?:members?|kids|child(?:ren)?|students?|under|seniors?|residents|veterans|ages|holders|ladies|women|girls|kinder|mitglieder|enfants|niños)"
_FOR_SOME: Final = rf" (?:for|to|with|before|until|till) (?:\w+ )?(?:{_SOME}|first|\d|noon|ticket|purchase)"
#: A free event, in any text: "Entry is free", "freier Eintritt", "no cover", "Free." alone in its sentence.
FREE_EVENT: Final = patterns.compile(
    rf"(?<![\w-])(?:{_ENTRY}(?:\s?[:–-]|\s(?:is|ist|est|es|è|fee is))?\s{_FREE_WORD}\b(?! of (?!charge))|(?:free|freier|kostenloser|gratis|libre) {_ENTRY}\b"
    r"|free (?:and open to|of charge)|no (?:entry|entrance|admission) (?:fee|charge)|no cover(?: charge)?(?! (?:versions?|songs?|bands?)))"
    rf"(?!{_FOR_SOME})|(?:^|(?<=[.!?|]\s)|(?<=\n))(?:free|gratis|gratuit|kostenlos)(?=\s*(?:[.!|]|$))|निःशुल्क|ಉಚಿತ|무료|無料",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
#: Free in a price's own words, where one word suffices.
FREE: Final = patterns.compile(
    rf"\b(?:{_FREE_WORD}(?! (?:parking|drinks?|food|gift|wifi|wi-fi|beer|t-shirt|with (?:purchase|admission|membership|ticket|paid|entry))\b)"
    r"|no (?:cover|charge|cost|fee|entry fee))\b|निःशुल्क|ಉಚಿತ|무료|無料",
    patterns.IGNORECASE,
    longest=MAX_PRICE,
)
#: What stands between "free" and the name of what is free: "Free online board game evening", not "Free jazz night".
_KIND: Final = (
    r"(?:(?:in-person|live|online|outdoor|public|virtual|weekly|intro(?:ductory)?|trial|community)[ ,]+)"
)
#: Titles that say it of the event: "(Free!)", "Free with RSVP", "FREE Breathwork", "– Free Session".
FREE_TITLE: Final = patterns.compile(
    rf"(?i:[(\[*]\s*(?:100% )?(?:free|gratis|kostenlos|gratuit)\b[^()\[\]]{{0,60}}[)\]*]|\bfree (?:w/|with|via) rsvp\b|\bfree {_KIND}"
    r"|\bfree (?:entry|admission|event|show|class|concert|workshop|webinar|session|screening|tour|tickets?|comedy show)\b"
    r"|[-–—:|!•]\s*free\W*$|^\W*free\s*[-–—:|!•])|(?:^|\s)FREE(?=\s+[A-Z]?[a-z]|\W*$)",
    longest=MAX_PRICE,
)
#: Free for some: 'free for members', 'free entry for ladies', 'kids free', 'children under 12 are free'.
FREE_FOR_SOME: Final = patterns.compile(
    rf"\bfree (?:\w+ )?(?:for|to) (?:\w+ )?{_SOME}\b|(?<!non-)(?<!non )\b{_SOME}\b(?: (?:under|over|\d+|and|&|years?|old|younger|below|-)){{0,5}}:?"
    r"(?: (?:are|is|get in|go|come))? (?:free|gratis|gratuit\w*|frei|kostenlos)\b",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
#: Free, and in brackets the price of something beside it: "Free (₹75 for coffee)". Brackets that name others than
#: those who come free ("$10 for others") are the event's.
FREE_WITH_EXTRA: Final = patterns.compile(
    rf"^\W*{_FREE_WORD}\s*[(\[](?![^)\]]*\b(?:others?|non|adults?|general|public|everyone|guests?|door|after)\b)[^)\]]*[)\]]\W*$",
    patterns.IGNORECASE,
    longest=MAX_PRICE,
)
#: Uses of "free" that do not mean free admission.
OFFERS: Final = patterns.compile(
    r"\b(?:get|plus) (?:one|two|1|2|a friend) free\b|\bbogo\b", patterns.IGNORECASE, longest=MAX_PRICE
)
_PAY: Final = r"pay[ -](?:what|as)[ -]you[ -](?:can|want|wish|like|will|please)|auf spendenbasis|prix libre|participation libre"
#: A donation that takes the place of a price, in any text.
DONATION_EVENT: Final = patterns.compile(
    rf"\b(?:{_PAY}|(?:suggested|by|admission by) donation|donation[- ]based|donations? (?:suggested|at the door|welcome at the door))\b",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
#: A donation in a price's own words.
DONATION: Final = patterns.compile(
    rf"\b(?:{_PAY}|donations?|name your (?:own )?price|pwyc|pwyw|suggested|contribution|notaflof|(?:no one|nobody|none) (?:is |will be )?turned away|spenden?"
    r"|hutsammlung|donativ\w*|offerta libera|aportaci[oó]n|aportación voluntaria)\b",
    patterns.IGNORECASE,
    longest=MAX_PRICE,
)
SLIDING: Final = patterns.compile(r"\bsliding[ -]scale\b", patterns.IGNORECASE, longest=MAX_PRICE)
#: The amount is the least.
FROM: Final = patterns.compile(
    r"\b(?:onwards?|from|starting|starts|ab|à partir|a partir|desde|da|upwards?|and up|min(?:imum)?)\b|[$€£₹]\s?\d[\d.,]*\s*\+|\+\s*$",
    patterns.IGNORECASE,
    longest=MAX_PRICE,
)
#: The amount is the most.
UP_TO: Final = patterns.compile(
    r"\b(?:up to(?! \d+ ?%)|bis zu|jusqu|max(?:imum)?|hasta)\b", patterns.IGNORECASE, longest=MAX_PRICE
)
#: There is a price, and no more is said: "Paid", "Ticketed event".
PAID: Final = patterns.compile(
    r"^\W*(?:paid|ticketed|kostenpflichtig|payant|de pago)\b", patterns.IGNORECASE, longest=MAX_PRICE
)
VARIES: Final = patterns.compile(
    r"\b(?:var(?:ies|iable|ious)|see (?:web)?site|tiered|diverse|multiple)\b",
    patterns.IGNORECASE,
    longest=MAX_PRICE,
)
#: Before or after a sum, these make it an admission price.
ADMISSION_BEFORE: Final = patterns.compile(
    r"\b(?:tickets?|admission|entry|entrance|cover|cost|price|fee|general|eintritt|tarifs?|entrada|prix|precio|preis|registration)\b"
    r"(?: (?:fee|charge|price|is|are|costs?|from|ab)){0,5}+\s*+(?:[:–-]\s*+)?+$",
    patterns.IGNORECASE,
    longest=80,
)
ADMISSION_AFTER: Final = patterns.compile(
    r"\s*(?:(?:suggested|per person|general|online|presale)\s+)?(?:cover|admission|entry|at the door|(?:in )?advance|adv|per (?:person|head|ticket)|donation"
    r"|tickets?|suggested)\b",
    patterns.IGNORECASE,
    longest=60,
)
#: Beside a sum, these make it something else: a prize, a drink, the rent.
OTHER: Final = patterns.compile(
    r"(?<!incl )(?<!incl\. )(?<!inkl\. )(?<!including )(?<!includes )(?<!\w)(?:off\b|discount|priz|win\b|gift|voucher|raffle|beers?\b|drinks?\b|cocktails?\b"
    r"|tacos?\b|wings\b|shots?\b|rais|donated|grant\b|budget|salar|stipend|worth|value|deposit|rent\b|parking|parken|parkhaus|parkplatz|glühwein|bier"
    r"|getränke?|menü|stand(?:gebühr|geld)|million|billion)",
    patterns.IGNORECASE,
    longest=120,
)
#: Behind a sum, these make it a rate: "40€/mes", "$15 an hour".
RATE: Final = patterns.compile(
    r"\s?(?:(?:per|a|an|pro|par|al?) |/)(?:hr?|hour|stunde|tag|heure|jour|día|day|m|mes|mois|month|monat|week|woche)\b",
    patterns.IGNORECASE,
    longest=40,
)
#: Where the words end that belong to the sum before them, and what sums of one price never have between them.
CLAUSE_END: Final = patterns.compile(r"[,;.!?\n|(]", longest=40)
GAP_END: Final = patterns.compile(r"[!?:<>\n]|\.\s+[A-Z]", longest=40)
#: Words before and after a sum that belong to it.
LEAD: Final = patterns.compile(
    r"\b(?:from|ab|starting at|desde|à partir de|nur|only|up to|bis zu|(?:suggested )?donation(?: of)?:?) $",
    patterns.IGNORECASE,
    longest=40,
)
TRAIL: Final = patterns.compile(
    r"\+|(?:\s*\(?(?:adv(?:ance)?|at the door|door|onwards?|per person|pp|(?:suggested )?donation|ermäßigt|reduced|concessions?|cover)\b\)?){1,3}",
    patterns.IGNORECASE,
    longest=60,
)
#: A sum by itself in its line or sentence: "Rs. 1,500/-".
ALONE_BEFORE: Final = patterns.compile(
    r"[\n|•;.!]\s*(?:(?:only|just|nur) )?$", patterns.IGNORECASE, longest=20
)
ALONE_AFTER: Final = patterns.compile(
    r" ?(?:only|onwards|pp|each|per (?:head|person))?[\s.!]*(?:$|[\n|•;])|[.!]?\s*\n",
    patterns.IGNORECASE,
    longest=60,
)
