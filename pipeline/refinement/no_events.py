"""Titles of listings that are no events.

Patterns and their exceptions, in English, German, French, Spanish and Italian. Precision comes first: a
pattern applies to a whole title, or to a part that is clearly separated, so that "Parking Lot Party" and
"Gift Card Holder Craft Night" stay. Doubtful titles stay too, for a moderator.
"""

from dataclasses import dataclass
from typing import Final

from pipeline import patterns

#: Only so many characters of a title are read.
MAX_TITLE: Final = 300
#: Where a part of a title ends, and where one begins.
_STOP: Final = r"(?: 20\d\d)?(?=\s*$|\s*[:|(\[,/•]|\s+[-–—]|[-–—]\s)"
_CUT: Final = r"(?:^|[-–—:|(\[,/•+]\s*)"
#: Reasons for which venues close.
_CLOSED_FOR: Final = (
    r"(?:the )?(?:(?:thanksgiving|christmas|xmas|easter|new year|labor|labour|memorial|independence|veterans|presidents|juneteenth|mlk"
    r"|martin luther king|columbus|indigenous|good friday|diwali|eid|canada|victoria"
    r"|boxing|anzac|bank|public|federal|national|winter|summer|spring|fall|seasonal?|staff|annual|holidays?|maintenance|renovations?"
    r"|repairs?|inventory|cleaning|private|a private|vacation|training|construction"
    r"|break|weather|snow|election|the day|the night|day|night|season|week)\b[^|]{0,40})"
)
#: Kinds of events, whatever they are about.
_HELD: Final = (
    r"workshop|class|course|training|webinar|seminar|lecture|talk|panel|discussion|debate|hearing|meeting|committee|commission|council"
    r"|conference|summit|screening|film|documentary|movie"
    r"|play|musical|exhibition|exhibit|party|rave|fair|messe|salon|forum|feria|market|sale|craft|making|swap|exchange|bingo|trivia"
    r"|raffle|tour|dating|day|expo|session|open house|networking"
    r"|taller|atelier|basteln|kurs|vortrag|ausstellung|vernissage|film|theater|théâtre|teatro|concert|konzert|concierto|show|festival|fest"
)


@dataclass(frozen=True, slots=True)
class NoEvent:
    """One kind of listing that is no event.

    `reason` is its name, `pattern` matches its titles, `unless` matches words that make it an event after all
    ('' for none). A `bare` kind counts only for a listing with neither description nor place.
    """

    reason: str
    pattern: patterns.Pattern[str]
    unless: patterns.Pattern[str] | None = None
    bare: bool = False


def _kind(reason: str, *expressions: str, unless: str = "", bare: bool = False) -> NoEvent:
    words = patterns.compile(rf"\b(?:{unless})", patterns.IGNORECASE, longest=MAX_TITLE) if unless else None
    titles = patterns.compile(
        "|".join(f"(?:{pattern})" for pattern in expressions), patterns.IGNORECASE, longest=MAX_TITLE
    )
    return NoEvent(reason, titles, words, bare)


_WITH: Final = r"(?: (?:lot [a-z0-9]{1,3}|pass(?:es)?|permits?|tickets?|only|add[- ]?ons?|reservations?|spots?|spaces?|vouchers?))*"
_LOT: Final = (
    r"(?:(?:premier|vip|preferred|general|reserved|event|prepaid|pre-paid|official|valet|rv|bus|car|garage|accessible|ada|on-?site"
    r"|festival|weekend|daily|overnight|platinum|premium) )"
)
_EXTRA: Final = (
    r"(?:fast ?lane|fast ?pass|early entry|priority (?:entry|lane|access)|lounge access|(?:club|suite|skybox|terrace) access"
    r"|suite (?:deposit|rental)|lockers?|locker rental|coat ?check"
    r"|(?:merch|merchandise|t-?shirt|drinks?|beverage|beer|bar|vip|photo|travel|hotel|meet (?:and|&) greet|ultimate fan) (?:bundle"
    r"|package|token|credit|upgrade)s?"
    r"|(?:shuttle|shuttle bus|coach|park (?:and|&) ride|camping|car camping|tent camping|rv|glamping) (?:pass(?:es)?|tickets?"
    r"|add[- ]?ons?|permits?|upgrades?))"
)

#: Checked in this order.
NO_EVENTS: Final[tuple[NoEvent, ...]] = (
    _kind(
        "not an event: parking",
        rf"^{_LOT}{{0,2}}parking{_WITH}(?:{_STOP}|(?= (?:for|at)\b))",
        rf"[-–—:|(\[]\s*{_LOT}{{0,2}}parking{_WITH}\s*[)\]]?$",
        rf"\b{_LOT}parking{_WITH}$|\bparking (?:pass(?:es)?|permit|add[- ]?on|ticket)s?$",
        rf"^(?:park(?:ticket|ausweis|karte|schein)e?|parkplatz(?:ticket|reservierung)?|parken|stationnement|aparcamiento|estacionamiento"
        rf"|parcheggio)(?: vip)?{_STOP}",
        r"^pase de (?:estacionamiento|parking)\b",
        unless=(
            r"film|documentary|screening|panel|workshop|meeting|hearing|commission|committee|council|authority|reform|policy|town hall"
            r"|discussion|debate|free|no|with|street"
        ),
    ),
    _kind(
        "not an event: extra to a ticket",
        r"\bnot an? (?:concert|event|show|game|match|festival|admission) (?:ticket|pass)\b|\bnot (?:concert|event|show|game"
        r"|festival) tickets?\b|\((?:this is )?not a ticket\)",
        r"\b(?:ticket|concert ticket|admission) not included\b|\btickets? sold separately\b",
        rf"\b(?:vip|ticket|seat|hotel|premium|platinum|club|lounge|ga) upgrades?(?: only| package| ticket)?{_STOP}|^upgrade (?:to"
        rf"|auf) (?:vip|premium|gold|platinum)\b|\bupgrade only\b",
        rf"{_CUT}{_EXTRA}(?:{_STOP}|(?= (?:for|at)\b))|(?<=\w ){_EXTRA}$",
        rf"\badd[- ]?ons?(?: only| ticket| package| pass)?{_STOP}",
        rf"^(?:vip-?upgrade|getränke(?:gutschein|paket|marken?)|schließfach|garderobe|(?:shuttle|camping|zelt|wohnmobil)-?ticket)s?{_STOP}",
        rf"^(?:navette|consigne|vestiaire|surclassement|forfait boissons|consigna|guardarropa|lanzadera|paquete de bebidas|guardaroba|navetta){_STOP}",
        unless=r"workshop|class|course|training|webinar|seminar|lecture|meetup|how to|development|party",
    ),
    _kind(
        "not an event: gift card or voucher",
        rf"^(?:[\w'’&. ]{{0,40}} )?(?:e-?)?gift ?(?:cards?|certificates?|vouchers?)(?:{_STOP}|(?= for\b))",
        rf"^vouchers?{_STOP}|^(?:geschenk-?|wert-?)?gutscheine?(?:{_STOP}|(?= für\b))|\bgeschenkgutscheine?{_STOP}",
        rf"^(?:bons?|cartes?|chèques?)[- ]cadeaux?{_STOP}|^(?:tarjetas?|vales?|cheques?|bonos?)[- ](?:de )?regalo{_STOP}|^(?:buono|carta) regalo{_STOP}",
        unless=rf"win|chance|prize|free|donate|giveaway|{_HELD}",
    ),
    _kind(
        "not an event: season ticket",
        rf"\b(?:season|membership|suite) (?:tickets?|pass(?:es)?|packages?|subscriptions?|seats?)(?: deposits?| plans?| renewals?)?{_STOP}"
        rf"|\b(?:season ticket|suite|membership|seat) deposits?{_STOP}",
        rf"^(?:saison-?(?:abo|karte|ticket)|dauerkarte|abonnement|carte d['’]abonnement|abono de temporada)s?{_STOP}",
        unless=rf"kick-?off|holder|{_HELD}",
    ),
    _kind(
        "not an event: hiring",
        r"^(?:we(?:['’]re| are) (?:now )?hiring|now hiring|hiring now|hiring!|help wanted|job (?:opening|vacancy|posting|offer)s?\b|vacanc(?:y|ies)\b)",
        r"^(?:stellen(?:angebot|anzeige|ausschreibung)|wir stellen ein|wir suchen (?:verstärkung|mitarbeiter|aushilfe|personal|kellner|koch"
        r"|köche|dich als))|\b(?:aushilfe|mitarbeiter(?:in|:in|\*in)?|verstärkung) gesucht\b",
        r"^(?:on recrute|nous recrutons|offre d['’]emploi|se busca personal|estamos contratando|buscamos personal|oferta de (?:empleo"
        r"|trabajo)|cercasi personale)\b",
        unless=rf"job ?dating|marathon|happy hour|networking|{_HELD}|events?\b",
    ),
    _kind(
        "not an event: past report",
        r"^(?:photo recap|photo gallery|event recap|recap|in pictures|nachbericht|rückblick|bildergalerie|retour en images|compte[- ]rendu"
        r"|galería de fotos|resumen)\s*[:|–—-]",
        r"^(?:thanks|thank you)(?: so much)?(?: to)? (?:all|everyone|everybody)(?: of you)? (?:who|that|for) (?:came|coming|attended"
        r"|attending|joined|joining)\b",
        r"^danke an alle\b|^merci à (?:tous|toutes)\b|^gracias a (?:todos|todas)\b",
        unless=r"meetup|watch|next|exhibition|ausstellung|exposition|vernissage|screening|talk|opening",
    ),
    _kind(
        "not an event: room or rental",
        rf"^(?:room|hall|venue|studio|space|court|facility|meeting room|party room|field|pavilion|shelter|boat|bike|equipment) (?:hire"
        rf"|rentals?|bookings?|reservations?)(?:{_STOP}|(?= available\b))",
        r"^[\w'’& ]{2,40} (?:is |are )?available (?:for|to) (?:private )?(?:hire|rent|rental|bookings?)\b",
        rf"^(?:(?:raum|saal)(?:vermietung|miete)|vermietung|location de salles?|salle à louer|alquiler de (?:salas?|espacios?)"
        rf"|affitto sala){_STOP}|\bzu vermieten$",
    ),
    _kind(
        "not an event: closure",
        rf"^(?:sorry,? )?(?:we(?:['’]re| are|['’]ll be| will be) )?closed(?: (?:today|tonight|tomorrow|early|all day|until further notice"
        rf"|for {_CLOSED_FOR}|(?:until|from|due to) [^|]{{2,60}}|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|this (?:week|weekend|month"
        rf"|[mtwfs]\w+day)))?[\W]*$",
        rf"^(?:the )?[\w'’&. ]{{2,30}} (?:is |are |will be |will remain )?closed(?: (?:today|tonight|tomorrow|all day|until further notice"
        rf"|for {_CLOSED_FOR}|(?:until|due to|in observance of) [^|]{{2,60}}))?[\W]*$",
        rf"^(?:holiday|winter|summer|thanksgiving|christmas|easter|annual|temporary|office|library|campus|building|road|lane|street|trail"
        rf"|pool|park) closures?{_STOP}",
        r"^no (?:classes|school|meeting|rehearsal|practice|storytime)(?: (?:today|tonight|this week|this month))?(?:$"
        r"|\s*[-–—(]\s*(?:holiday|thanksgiving|christmas|easter|spring break|winter break|break|labor day|memorial day))",
        rf"^(?:public|bank|federal|civic|university|school|gesetzlicher) (?:holiday|feiertag)(?: \(?observed\)?)?{_STOP}|^(?:feiertag"
        rf"|jour férié|día festivo|festivo)[\W]*$",
        rf"^(?:betriebs(?:ferien|urlaub)|ruhetag|sommerpause|winterpause|ferienpause|weihnachtspause){_STOP}",
        rf"^(?:[\w-]{{2,25}} )?(?:heute )?geschlossen{_STOP}|^(?:heute|wir haben|das [\w-]+ (?:ist|bleibt)|die [\w-]+ (?:ist|bleibt)) [^"
        rf"|]{{0,40}}geschlossen[\W]*$",
        r"^fermeture (?:annuelle|exceptionnelle|estivale|hebdomadaire)\b|^fermée?s?(?: (?:aujourd['’]hui|ce soir|pour (?:congés|travaux"
        r"|vacances|les fêtes|maintenance)[^|]{0,40}|le [^|]{2,30}))?[\W]*$",
        r"^cerrado(?: (?:hoy|por (?:vacaciones|festivo|feriado|reformas?|obras|descanso|navidad|mantenimiento|evento)[^|]{0,40}))?[\W]*$"
        r"|^cierre (?:temporal|por)\b|^chius[oi](?: per (?:ferie|festività|lavori|restauro|manutenzione|natale)[^|]{0,40})?[\W]*$"
        r"|^chiusura (?:estiva|per)\b",
        unless=r"captions?|captioned|circle|reception|until next|eyes|doors? closed|case closed|show|open|reopen\w*|party|musical|film|play\b|opera|book",
    ),
    _kind(
        "not an event: opening hours",
        r"^(?:(?:new|our|regular|normal|winter|summer|holiday|christmas|special|updated) ){0,2}(?:opening |business |store |office |shop )?hours"
        r"(?= starting\b| from\b|\s*[:(|–-]|\s*$)",
        r"^(?:neue |geänderte |unsere )?öffnungszeiten\b|^(?:nouveaux |nos )?horaires d['’]ouverture\b|^openingstijden\b|^orari(?:o)? di apertura\b"
        r"|^(?:nuevo )?horarios? de (?:apertura|atención)\b|^horário de (?:funcionamento|abertura)\b|^(?:horario|horário)\s*:",
        unless=rf"{_HELD}",
    ),
    _kind(
        "not an event: public notice",
        r"^(?:(?:scheduled|planned) )?(?:power (?:cut|outage|shutdown)|water (?:cut|shutdown)|road ?works?|traffic (?:alert|advisory|diversion))\b",
        r"^(?:[^|:]{0,40}: )?corte de (?:tráfico|agua|luz|suministro)\b|^sciopero\b|^grève\b|^(?:warn)?streik\b"
        r"|^travaux (?:rue|avenue|route|sur)\b",
        unless=_HELD,
    ),
    _kind(
        "not an event: offer",
        r"^two[ -]for[ -]one\b|^(?:buy (?:one|1),? get (?:one|1)|bogo)\b|^(?:flat |up to |extra )?\d{1,2} ?% off\b",
        unless=rf"tickets?|admission|entry|{_HELD}",
    ),
    _kind(
        "not an event: placeholder",
        r"^(?:tb[adc]|to be (?:announced|determined|confirmed)|(?:event|show|artist|act|band|title|name) tb[adc]|no title|placeholder"
        r"|event (?:title|name)(?: here)?|untitled event"
        r"|dummy(?: event)?|lorem ipsum[^|]{0,80}|do not book|n/a|à confirmer|à venir|por confirmar|por anunciar|da definire"
        r"|wird noch bekannt ?gegeben|noch offen|folgt|asdf\w*)[\W]*$",
    ),
    _kind(
        "not an event: placeholder",
        r"^(?:hold|on hold|reserved|block(?:ed)?|blocked out|busy|unavailable|not available|untitled|out of office)[\W]*$",
        bare=True,
    ),
    _kind(
        "not an event: private",
        r"^(?:closed (?:for|-|–) )?(?:a )?private (?:event|function|hire|booking|rental)(?: ?[-–(] ?(?:closed|closed to the public"
        r"|venue closed|no public access)\)?)?[\W]*$",
        r"^(?:private veranstaltung|private feier|privatveranstaltung|événement privé|soirée privée|privatisation|evento privado"
        r"|fiesta privada|evento privato)[\W]*$",
    ),
    _kind("not an event: private", r"^private party[\W]*$", bare=True),
    _kind(
        "not an event: article",
        r"^(?:the )?(?:top |best )?\d{1,3}\+? (?:[\w'’&-]+ ){0,4}(?:things to do|(?:places|spots|bars|restaurants|caf[eé]s|ways) to (?:eat|drink|see|go|visit"
        r"|spend|celebrate)) (?:in|on|at|for|this|during|near|around|with)\b",
        r"^(?:the )?(?:(?:best|free|fun|top|cheap) )*things to do (?:in|on|this|around|near) ",
        unless=r"play\b|musical|comedy|theat|concert|live\b|stand-?up|workshop|class|tour|walk|meetup|talk|film|screening|before (?:i|you|we)\b|dying|dead",
    ),
    _kind(
        "not an event: advertisement",
        r"^[\[(]?(?:advertisement|advert|sponsored(?: post| content)?|anzeige|werbung|publicité|publicidad)[\])]?\s*[:|–—-]|^\[ad\]\s",
    ),
)


#: Every pattern above needs a word that begins with one of these four letters. A title without any is not
#: checked further (four in five).
_STEM_WORDS: Final = (
    "park stat apar esta parc pase not tick admi upgr fast earl prio loun acce suit lock coat merc bund pack toke cred pass add addo perm vipu"
    " getr schl gard shut camp zelt wohn nave cons vest surc forf guar lanz paqu gift egif vouc guts gesc wert cade rega seas memb depo sais daue"
    " abon hiri help job vaca stel such gesu aush mita vers recr offr empl pers cont ofer cerc busc reca gall pict nach rück bild reto comp gale"
    " resu than dank grac rent hire book rese avai raum saal verm loca loue alqu affi clos holi feie jour fest betr ruhe somm wint feri weih ferm"
    " cerr cier chiu tba tbd tbc anno dete conf titl plac unti dumm lore n veni anun defi beka offe folg asdf hold bloc busy unav out offi priv"
    " powe wate road traf cort scio grèv stre warn trav hour öffn hora orar open horá two get bogo off"
    " thin plac spot way bars rest caf café adve spon anze werb publ ad no"
)
_STEMS: Final = frozenset(_STEM_WORDS.split())
_WORD: Final = patterns.compile(r"[^\W\d_]+")


def no_event(title: str, *, is_bare: bool = False) -> tuple[str, str]:
    """(reason, matching words) where a title is that of no event, else ('', '').

    `is_bare`: the listing has only a title.
    """
    title = title[:MAX_TITLE]
    if _STEMS.isdisjoint([word[:4] for word in _WORD.findall(title.casefold())]):
        return "", ""
    for kind in NO_EVENTS:
        found = kind.pattern.search(title) if is_bare or not kind.bare else None
        if found and not (kind.unless and kind.unless.search(title)):
            return kind.reason, found.group().strip(" -–—:|([")
    return "", ""
