//! Words that company, product and person names are made of.

pub(super) const COMPANY_STEMS: &[&str] = &[
    "Päijänteen", "Saimaan", "Lapin", "Kainuun", "Savon", "Hämeen", "Uudenmaan", "Pohjanmaan", "Karjalan", "Turun", "Tampereen", "Oulun",
    "Vaasan", "Kuopion", "Joensuun", "Kotkan", "Porin", "Lahden", "Rauman", "Kemin", "Virtasen", "Korhosen", "Mäkisen", "Niemisen",
];
pub(super) const COMPANY_TRADES: &[&str] = &[
    "Rakennus", "Konepaja", "Kirjakauppa", "Leipomo", "Kuljetus", "Sähkö", "Puutarha", "Metalli", "Ohjelmisto", "Siivouspalvelu", "Kalusto",
    "Tukku", "Painotalo", "Autohuolto", "Kiinteistö", "Energia",
];
pub(super) const COMPANY_FORMS: &[&str] = &["Oy", "Oy", "Oy", "Ky", "Oyj", "Osuuskunta", "Tmi"];

pub(super) const STREETS: &[&str] = &[
    "Mannerheimintie", "Hämeenkatu", "Aleksanterinkatu", "Kauppakatu", "Rautatienkatu", "Satamakatu", "Koulukatu", "Asemakatu", "Puistotie",
    "Teollisuustie", "Järvitie", "Mäkikatu",
];

/// Postal codes with their cities.
pub(super) const CITIES: &[(&str, &str)] = &[
    ("00100", "Helsinki"), ("02100", "Espoo"), ("01300", "Vantaa"), ("33100", "Tampere"), ("20100", "Turku"), ("90100", "Oulu"),
    ("15110", "Lahti"), ("70100", "Kuopio"), ("40100", "Jyväskylä"), ("65100", "Vaasa"), ("80100", "Joensuu"), ("28100", "Pori"),
    ("53100", "Lappeenranta"), ("96100", "Rovaniemi"), ("06100", "Porvoo"), ("67100", "Kokkola"),
];

pub(super) const FIRST_NAMES: &[&str] = &[
    "Aino", "Eero", "Helmi", "Onni", "Väinö", "Sofia", "Leevi", "Kerttu", "Toivo", "Elina", "Pekka", "Anneli", "Jäätteli", "Marjatta", "Olavi",
    "Tuulikki",
];
pub(super) const LAST_NAMES: &[&str] = &[
    "Korhonen", "Virtanen", "Mäkinen", "Nieminen", "Mäkelä", "Hämäläinen", "Laine", "Heikkinen", "Koskinen", "Järvinen", "Lehtonen", "Öhman",
];
pub(super) const JOB_TITLES: &[&str] = &["Kirjanpitäjä", "Myyjä", "Asentaja", "Suunnittelija", "Toimitusjohtaja", "Varastotyöntekijä"];

/// Things that are sold, with the unit, and cents for one.
pub(super) const WARES: &[(&str, &str, i64)] = &[
    ("Toimistotuoli", "PIECE", 18900), ("Työpöytä", "PIECE", 42900), ("Näyttö 27\"", "PIECE", 31950), ("Kopiopaperi", "BOX", 2490),
    ("Konsultointi", "HOUR", 9500), ("Asennustyö", "HOUR", 6800), ("Suunnittelutyö", "HOUR", 8250), ("Kuljetus", "KILOMETER", 155),
    ("Maali, valkoinen", "LITER", 1290), ("Lankku 48x148", "METER", 485), ("Sähkökaapeli", "METER", 219), ("Kahvi", "KILOGRAM", 1190),
    ("Hallin vuokra", "MONTH", 125000), ("Ylläpito", "MONTH", 34900), ("Koulutuspäivä", "DAY", 98000), ("Ruuvisarja", "PIECE", 895),
];
pub(super) const WARE_KINDS: &[&str] = &["perus", "pro", "eko", "pikatoimitus", "varaosa", "sarja A", "sarja B", "tarjous"];
