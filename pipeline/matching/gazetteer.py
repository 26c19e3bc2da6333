"""Place names with several spellings, and words without information.

Data for `text`, folded as `text.fold` does.
"""


def words(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


#: Words without weight in titles and places, in the languages of the first sources.
STOP_WORDS = words(
    "the a an of and at in on for to by with from de la le les du des el los las en y et und der die das im am mit von zu e di da do"
)

#: Words of at least four letters that say nothing of what a title is about.
SMALL_WORDS = words(
    "with from into over under about after before between without more than that this these those your their ours "
    "avec sans sous dans chez pour plus entre vers leur notre votre cette mehr ohne unter uber nach oder vom beim zwischen "
    "fuer eine einen einem einer sobre desde hasta para como entre donde nuestro nella nelle dalla dalle della delle degli "
    "come senza tutti voor naar over zonder onder tussen pelo pela com mais"
)

#: Place names that name no place.
ONLINE_WORDS = words(
    "online virtual virtually remote web event conference hybrid livestream streaming zoom internet everywhere"
)

_COUNTRIES = """usa: united states, united states of america, us, u s a, u s, america
uk: united kingdom, great britain, england, scotland, wales, northern ireland, britain
korea: south korea, republic of korea
netherlands: the netherlands, holland, nederland
czechia: czech republic
turkey: turkiye
uae: united arab emirates
germany: deutschland
austria: osterreich
switzerland: schweiz, suisse
spain: espana
italy: italia
brazil: brasil
cdmx: mexico city, ciudad de mexico
russia: russian federation
vietnam: viet nam
hong kong: hong kong sar
taiwan: taiwan roc
new york: new york city, nyc, new york ny, manhattan
washingtondc: washington dc, washington d c
kansascity: kansas city
jerseycity: jersey city
oklahomacity: oklahoma city
quebeccity: quebec city
san francisco: sf
los angeles: la
the hague: den haag
"""

#: Whole components of a place with their canonical name.
PHRASES: dict[str, str] = {
    other.strip(): name.strip()
    for line in _COUNTRIES.splitlines()
    for name, others in [line.split(":")]
    for other in others.split(",")
}

_CITIES = """munich: munchen muenchen
nuremberg: nurnberg nuernberg
cologne: koln koeln
zurich: zuerich
dusseldorf: duesseldorf
vienna: wien
prague: praha
milan: milano
rome: roma
turin: torino
florence: firenze
venice: venezia
naples: napoli
lisbon: lisboa
porto: oporto
seville: sevilla
geneva: geneve genf
basel: basle
brussels: bruxelles brussel
antwerp: antwerpen
ghent: gent
copenhagen: kobenhavn kbenhavn
gothenburg: goteborg
warsaw: warszawa
krakow: cracow
wroclaw: wrocaw
bucharest: bucuresti
belgrade: beograd
athens: athina
kyiv: kiev
lviv: lvov
moscow: moskva
bengaluru: bangalore
mumbai: bombay
chennai: madras
kolkata: calcutta
pune: poona
gurugram: gurgaon
beijing: peking
marrakesh: marrakech
uk: england scotland wales
usa: us
korea: southkorea
js: javascript
ts: typescript
"""

#: Single words of a place with their canonical name.
ALIASES: dict[str, str] = {
    other: name
    for line in _CITIES.splitlines()
    for name, others in [line.split(": ")]
    for other in others.split()
}

#: Words that titles of one kind share: without them "Pragma Conf" equals "Pragma Conference".
GENERIC_WORDS = words(
    "conference conf summit annual international symposium edition online virtual live presents show"
)

#: Further words that a conference's short name omits: its organizer, and its kind.
UNSPELLED_WORDS = GENERIC_WORDS | words(
    "ieee acm cvf rsj usenix ifip springer joint meeting world global workshop congress"
)

_CODES = """US:usa UK:uk GB:uk FR:france ES:spain DE:germany PL:poland PT:portugal NL:netherlands CZ:czechia HU:hungary UA:ukraine JP:japan KR:korea
CN:china TW:taiwan AU:australia NZ:zealand BR:brazil AR:argentina CL:chile MX:mexico SE:sweden DK:denmark FI:finland IE:ireland CH:switzerland
TR:turkey GR:greece RO:romania BG:bulgaria SG:singapore MY:malaysia NG:nigeria KE:kenya NYC:new-york BCN:barcelona LDN:london CPH:copenhagen"""
#: Capitals at the end of a title that mean a country or a city: "PyCon FR", "PyConES", "droidconNYC". Those
#: that are a word or a state elsewhere are left out.
COUNTRY_CODES = dict(pair.replace("-", " ").split(":") for pair in _CODES.split())

_CITY_WORDS = """amsterdam ankara antwerp athens atlanta auckland austin baltimore bangkok barcelona basel beijing belfast belgrade bengaluru
berlin bilbao birmingham bogota bologna boston bratislava brisbane bristol brooklyn brussels bucharest budapest cairo calgary chennai chicago cleveland
cologne copenhagen cordoba dakar dallas delhi denver detroit dresden dubai dublin durban dusseldorf edinburgh eindhoven firenze florence frankfurt
geneva ghent glasgow gothenburg graz hamburg hanoi heidelberg helsinki hongkong houston hyderabad istanbul jakarta jerseycity johannesburg
kansascity karlsruhe krakow kyiv kyoto lagos leeds leipzig lille lima lisbon liverpool ljubljana london lyon madrid malaga malmo manchester
manhattan manila marseille melbourne miami milan milwaukee minneapolis minsk montevideo montreal moscow mumbai munich nairobi naples nashville
newcastle nuremberg oakland orlando osaka oslo ottawa paris perth philadelphia pittsburgh portland porto prague pune queens riga riyadh rome
rotterdam santiago sapporo seattle seoul seville shanghai sheffield singapore sofia stockholm strasbourg stuttgart sydney taipei tallinn tampa tokyo
toronto toulouse turin utrecht valencia vancouver vienna vilnius warsaw washington washingtondc wellington wroclaw zagreb zurich
york new san francisco diego jose los angeles las vegas kuala lumpur hong kong mexico city sao paulo rio janeiro buenos aires cape town tel aviv
salt lake saint petersburg"""

#: Words of large cities: a part of a title made of these and of countries is a place ("Heathers - New York").
CITIES = words(_CITY_WORDS)

_COUNTRY_WORDS = """usa uk korea netherlands czechia turkey uae germany austria switzerland spain italy brazil russia vietnam taiwan india china japan france
poland portugal belgium denmark sweden norway finland ireland canada mexico argentina chile colombia peru ecuador bolivia uruguay paraguay
venezuela australia zealand new south north republic africa egypt morocco tunisia nigeria kenya ghana ethiopia uganda rwanda tanzania algeria senegal
israel jordan lebanon iran iraq pakistan bangladesh sri lanka nepal indonesia malaysia singapore thailand philippines hungary romania bulgaria
serbia croatia slovenia slovakia ukraine belarus lithuania latvia estonia greece cyprus malta iceland luxembourg armenia georgia kazakhstan
zimbabwe zambia namibia botswana malawi mozambique angola cameroon gabon congo benin togo mali niger senegambia gambia liberia somalia sudan libya
madagascar mauritius cuba jamaica haiti panama guatemala honduras nicaragua salvador philippine macedonia albania bosnia kosovo montenegro moldova
azerbaijan uzbekistan kyrgyzstan mongolia myanmar cambodia laos bhutan maldives qatar kuwait oman bahrain syria yemen afghanistan fiji"""

#: One word for each country, enough to see that two places are in different ones.
COUNTRIES = words(_COUNTRY_WORDS) - words("new south north republic africa sri georgia jordan")

#: Parts of the world that titles name: "KubeCon Europe".
CONTINENTS = words(
    "europe european asia asian america american americas africa african north south latin latam emea apac na eu world worldwide"
)

_BROAD = """
al ak az ar ca co ct dc fl ga hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok or pa ri sc sd tn tx ut va vt wa wi
wv wy on bc qc ab alabama arizona california colorado florida georgia hawaii illinois indiana iowa kansas kentucky louisiana maine maryland
massachusetts michigan minnesota missouri montana nebraska nevada jersey carolina dakota ohio oklahoma oregon pennsylvania tennessee texas utah
vermont virginia wisconsin wyoming ontario quebec alberta columbia british bavaria catalonia europe asia state city center centre convention
hotel university"""

#: Words shared by places far apart: countries, states, kinds of building. They have little weight.
BROAD_PLACE_WORDS = (words(_BROAD) | words(_COUNTRY_WORDS) | CONTINENTS) - {"singapore"}
