//! What the fields of descriptive metadata hold, in the forms that are known and in others.

/// The fields of `pinax.json`, each with texts that it may hold.
#[rustfmt::skip]
pub(crate) const FIELDS: [(&str, &[&str]); 13] = [
    ("id", &[
        "01K8W0AG70YQWM0ESYWV3FY5SR", "01k8w0ag70yqwm0esywv3fy5sr", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "no. 7",
        "01KAB3RDR0KQRZEDN60FKJ7T10",
    ]),
    ("title", &[
        "Letters of the fern house", "Rain registers : 1881-1934 : a selection", "The Lark ", " : ", "Title :", ": Title",
        "A & B <C> \"D\"", "Мели", "園芸の手紙", "PLACEHOLDER", "untitled", "Letter, 4 March 1887", "Ünï : çødé",
    ]),
    ("type", &[
        "Text", "text", "StillImage", "Still Image", "still_image", "MovingImage", "Sound", "Collection", "Dataset", "Event",
        "InteractiveResource", "PhysicalObject", "Service", "Software", "Image", "photo album", "manuscript",
        "http://purl.org/dc/dcmitype/Sound", "dctype:Text", "unknown", "N/A", "Text, Image",
    ]),
    ("creator", &[
        "Ada Thornbury", "Thornbury, Ada", "ADA THORNBURY", "person_ada", "Port Amory Botanic Garden", "U.S. Coast Survey",
        "Halloran & Sons", "Unknown", "Unknown photographer", "Various", "Anonymous", "[s.n.]", "—", "Müller, J., 1820-1887",
        "Smith, John; Jones, Mary", "حسن البستاني", "福州林德园", "Committee on Branch Banking",
    ]),
    ("institution", &[
        "Port Amory Botanic Garden", "the port amory botanic garden", "National Archives", "Unknown", "Unknown repository", "N/A",
    ]),
    ("created", &[
        "1885", "1885-04", "1885-04-25", "1885-13-45", "1885-02-30", "1881-1934", "1881/1934", "1881–1934", "circa 1885",
        "ca. 1885", "c.1885", "[1885]", "[1885?]", "1885?", "~1885", "1920s", "the 1920's", "188X", "18XX", "18--", "n.d.", "undated",
        "Unknown", "April 25, 1885", "25 April 1885", "4/3/1885", "25/12/1885", "1885.04.25", "before 1885", "after 1885",
        "between 1880 and 1885", "early 20th century", "nineteenth century", "Summer 1885", "Sept 1994", "2021-2023", "1885, 1887",
        "1885-11-02T08:00:00Z", "1885-11-02T08:00:00.123+10:30", "1885-11-02T25:61:00Z", "0000", "9999-12-31", "10000", "-0044",
        "44 BC", "MDCCCLXXXV", "1885 (printed 1890)", "明治18年", "1885-1880", "1850/..", "../1885", "1885~/1890?", "24 or 25 May 1885",
    ]),
    ("access_url", &[
        "PLACEHOLDER", "https://arke.institute/01K8W0AG70YQWM0ESYWV3FY5SR", "https://example.org/a b[1]%?q=|#x#y", "example.org/page",
        "http://example.org:99999/", "javascript:alert(1)", "ftp://example.org/a", "https://müller.example/straße?ä=ö#ü",
        "https://user:pass@example.org/", "http://[::1]:80/x", "http://1.2.3/", "https://", "http://example.org/%zz%2F/../a/./b",
        "HTTPS://EXAMPLE.ORG/A\\B", "https://例え.jp/パス", "https://example.org/a\tb\nc", "not an address", "https://a..b/",
    ]),
    ("language", &[
        "en", "en-AU", "en_GB", "eng", "English", "deu", "ger", "iw", "zh-Hans", "zh-yue", "yue", "Yue Chinese", "x-klingon", "tlh",
        "English and French", "en; fr", "en/de", "English, Elvish", "mul", "und", "zxx", "sr-Latn-RS", "de-1996", "Ancient Greek",
        "français", "中文", "unknown", "N/A", "e", "en-", "-", "qaa",
    ]),
    ("subjects", &[
        "Harbors--History", "harbors -- history", "Ferns", "FERNS", "Ferns ", "Port Amory", "Ada Thornbury", "--", "a--", "--b",
        "Ferns, cultivated; Orchids", "Correspondence", "Café society", "Cafe\u{301} society", "1885", "Botany & trade",
    ]),
    ("description", &[
        "Letters received at the garden.", "Line one.\nLine two.\n\n\n\nLine three.", "With <b>markup</b> & an &amp;.", "  padded  ",
        "# Letters of the fern house\n\nLetters received at the garden.", "Long ago\u{2011}far away\u{A0}there …",
    ]),
    ("source", &["PINAX", "pinax", "Box 7, folder 3", "Gift of the heirs, 1934", "https://example.org/source?a=1&b=2"]),
    ("rights", &[
        "PUBLIC DOMAIN", "IN COPYRIGHT", "NO COPYRIGHT - US", "http://rightsstatements.org/vocab/InC/1.0/",
        "https://rightsstatements.org/page/NoC-US/1.0/?language=en", "https://rightsstatements.org/vocab/XYZ/1.0/",
        "http://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-nc-nd/3.0/deed.en_US",
        "https://creativecommons.org/licenses/by-sa/2.5/scotland", "creativecommons.org/publicdomain/zero/1.0/",
        "http://creativecommons.org/publicdomain/mark/1.0", "<https://creativecommons.org/licenses/by-nc-sa/9.0/>", "CC BY 4.0",
        "Ask the garden.\r\nNo copies & no loans.", "https://creativecommons.org/licenses/by-nd-nc/1.0/", "Unknown",
    ]),
    ("place", &["Port Amory", "PORT AMORY", "Batum; Chios", "福州", "Staten Island (N.Y.)", "N/A", "Earth--Sea", "Cape q"]),
];
/// The types of what a graph tells of.
#[rustfmt::skip]
pub(crate) const GRAPH_TYPES: [&str; 21] = [
    "person", "person", "place", "location", "organization", "org", "date", "date", "event", "document", "concept", "topic", "file",
    "pi", "unknown", "Person", "PERSON ", "group", "", "corporate body", "work",
];
/// Codes of what a graph tells of; some are like each other.
#[rustfmt::skip]
pub(crate) const CODES: [&str; 26] = [
    "person_ada", "ada_thornbury", "port_amory", "halloran_sons", "date_1885", "date_1885_10", "date_1885_10_28", "date_1885_10_??",
    "date_1885_13_45", "date_??", "date_188", "date_1885_1887", "gale_of_1903", "ledger", "ferns", "file_1", "page 1.jpg", "a b", "",
    " ", "é", "01KAB3RDR0KQRZEDN60FKJ7T10", "a<b>&\"c\"", "x]]>y", "Ada_Thornbury", "nowhere",
];
/// What is said of what a graph tells of.
#[rustfmt::skip]
pub(crate) const PROPERTIES: [&str; 20] = [
    "full_name", "full_name", "full_name", "birth", "birth_date", "born", "death", "death_date", "died", "role", "title", "date",
    "description", "year", "members", "creators", "location", "code", "note & more", "",
];
/// How edges are named.
#[rustfmt::skip]
pub(crate) const PREDICATES: [&str; 10] = [
    "wrote to", "corresponded with", "part of", "created", "has author", "photographed by", "dated", "", "is < than", "mentions",
];
/// Names of digitized files, without the end that makes a component of them.
#[rustfmt::skip]
pub(crate) const FILES: [&str; 16] = [
    "page 1.jpg", "page 2.jpg", "Page 1.jpg", "1885_6-12-Ada june 12001 copy.jpg", "scan.TIFF", "book.pdf", "a&b.png", "a<b>.jpg",
    "100%.jpg", "a#b?c.jpg", "ü\u{308}ber.jpg", "図面.png", "\"quoted\".jpg", "back\\slash.jpg", "", "line\nend.jpg",
];
/// Names of components that a record links to or passes over.
#[rustfmt::skip]
pub(crate) const OTHER_KEYS: [&str; 30] = [
    "notes.txt", "1885 transcripts.txt", "table.csv", "page.image-ref.json", "Description.md", "PINAX.JSON", "pinax.json ",
    "a&b <c>.txt", "../up.txt", "a/b.txt", "%2e%2e", "名前.txt", "\u{202E}txt.exe", "nul\0.txt", "x\u{FFFE}.txt", "\"q\".txt", "",
    " ", "]]>.txt", ".ref.json.bak", "cheimarros-raw.txt", "cheimarros-2.json", "reorganization-description.txt", "chunks.json",
    "files.json", "metadata", "properties", "relationships", ".DS_Store", "Thumbs.db",
];
/// Kinds of file.
#[rustfmt::skip]
pub(crate) const MEDIA_TYPES: [&str; 12] = [
    "image/jpeg", "IMAGE/JPEG", "image/tiff", "image/jpeg; q=1", "application/pdf", "audio/mpeg", "text/plain; charset=utf-8", "jpg",
    "Image (JPG)", "image/", "application/x-a&b", " ",
];
/// Addresses of files.
#[rustfmt::skip]
pub(crate) const FILE_ADDRESSES: [&str; 10] = [
    "https://cdn.arke.institute/asset/01KCZ87KK79MHYRY37HBRGWXDW", "https://cdn.arke.institute/asset/a b.jpg",
    "https://example.org/x?y=z&w=<v>", "http://example.org/%E4%zz", "cdn.arke.institute/asset/1", "file:///etc/passwd", "data:,x",
    "https://example.org/\u{202E}x", "s3://bucket/key", "mailto:a@example.org",
];
