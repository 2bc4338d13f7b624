//! The lists of `words`, each sorted.

/// Sorted words, and which lengths those with one first letter have: most texts that are asked for need no search.
pub(super) struct List {
    words: &'static [&'static str],
    /// For each first byte, the lengths as bits; bit 31 for all longer ones.
    lengths: [u32; 256],
}

impl List {
    pub(super) const fn of(words: &'static [&'static str]) -> Self {
        let mut lengths = [0; 256];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            lengths[word[0] as usize] |= 1 << bit(word.len());
            at += 1;
        }
        Self { words, lengths }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        let Some(first) = word.bytes().next() else { return false };
        self.lengths[usize::from(first)] >> bit(word.len()) & 1 == 1 && self.words.binary_search(&word).is_ok()
    }

    pub(super) fn words(&self) -> &'static [&'static str] {
        self.words
    }
}

const fn bit(length: usize) -> usize {
    if length < 31 { length } else { 31 }
}

/// Words that lures put beside a name.
#[rustfmt::skip]
pub(super) static LURE_WORDS: List = List::of(&[
    "access", "account", "accounts", "accountverify", "action", "activate", "activation", "activity", "adfs",
    "admin", "administration", "administrator", "admins", "adp", "alert", "alerts", "app", "apply", "apps",
    "assistance", "auth", "authenticate", "authentication", "authorize", "auto", "backup", "ballot", "ballots",
    "banking", "benefit", "benefits", "bill", "billing", "board", "boe", "booking", "callback", "cancel",
    "candidate", "cdn", "center", "central", "check", "checkin", "checkout", "claim", "claims", "clerk",
    "clerks", "click", "client", "clients", "cloud", "code", "com", "complaint", "confirm", "confirmation",
    "connect", "consent", "contact", "contacts", "control", "corp", "corporate", "county", "court", "courts",
    "cpanel", "credit", "customer", "customercare", "customers", "customerservice", "dashboard", "data",
    "delivery", "department", "dept", "desk", "device", "direct", "doc", "docs", "document", "documents",
    "download", "downloads", "drive", "eauth", "ebill", "ebilling", "edge", "edit", "election", "elections",
    "email", "emails", "employee", "employees", "enroll", "enrollment", "error", "eservice", "eservices",
    "exchange", "express", "extranet", "facility", "fax", "feedback", "file", "files", "filing", "final",
    "finance", "financial", "form", "forms", "forward", "fraud", "ftp", "gateway", "get", "gov", "government",
    "guide", "guides", "help", "helpdesk", "helpline", "hq", "hub", "id", "identity", "image", "images",
    "inbox", "inc", "info", "information", "insurance", "intranet", "invoice", "invoices", "join", "key",
    "keys", "letter", "license", "link", "live", "llc", "llp", "login", "logon", "logonweb", "logs", "mail",
    "mailbox", "mailer", "mails", "main", "maintenance", "manage", "management", "manager", "member", "members",
    "memo", "message", "messages", "messenger", "mfa", "mobile", "msg", "municipal", "mx", "my", "myaccount",
    "net", "new", "newsletter", "notice", "notices", "notification", "notifications", "notify", "now", "office",
    "official", "officials", "on", "online", "onlineservices", "order", "orders", "org", "owa", "page", "paid",
    "panel", "parcel", "pass", "password", "passwords", "pay", "payment", "payments", "payroll", "permit",
    "poll", "polls", "portal", "postal", "prod", "profile", "protect", "protection", "purchase", "receipt",
    "recover", "recovery", "refund", "refunds", "register", "registrar", "registration", "release", "remote",
    "renew", "renewal", "reply", "report", "reports", "request", "reset", "resolution", "result", "results",
    "review", "reward", "rewards", "safe", "safety", "sales", "scan", "secure", "secured", "securelogin",
    "secureserver", "security", "send", "server", "servers", "service", "servicedesk", "services", "session",
    "settings", "setup", "share", "shared", "sharefile", "sign", "signin", "signon", "signup", "site", "sms",
    "smtp", "sso", "staff", "state", "statement", "status", "submit", "subscription", "summons", "support",
    "survey", "sync", "tax", "taxes", "team", "teams", "tech", "technical", "ticket", "tickets", "token",
    "tool", "tools", "tracking", "training", "transfer", "unlock", "update", "updates", "upgrade", "upload",
    "user", "users", "usgov", "usps", "validate", "validation", "vendor", "verification", "verified", "verify",
    "view", "voicemail", "vote", "voter", "voters", "votes", "voting", "vpn", "wallet", "warning", "web",
    "webapp", "weblogin", "webmail", "webmaster", "website", "workspace", "www", "your",
]);

/// Words and places too common to name one party.
#[rustfmt::skip]
pub(super) static COMMON_WORDS: List = List::of(&[
    "access", "action", "active", "address", "advance", "africa", "agency", "air", "airport", "alert",
    "alliance", "alpha", "america", "american", "americans", "anderson", "apple", "arch", "archive", "archives",
    "area", "arena", "arlo", "army", "art", "arts", "asia", "assembly", "athens", "atlanta", "atlantic",
    "auburn", "audit", "aurora", "austin", "auto", "avalon", "aviation", "bank", "bar", "base", "baseball",
    "basin", "bay", "beach", "bedford", "belmont", "benefits", "benton", "berlin", "best", "better", "bill",
    "black", "blue", "boards", "bond", "book", "books", "boone", "border", "boston", "boulder", "box", "bridge",
    "bridges", "bright", "bristol", "broadband", "brooklyn", "brown", "budget", "build", "building",
    "burlington", "bus", "business", "buy", "cable", "calendar", "calhoun", "call", "cambridge", "camden",
    "camp", "canton", "capital", "capitol", "care", "career", "careers", "cars", "carson", "carter", "cash",
    "cass", "castle", "center", "central", "chain", "challenge", "champion", "change", "charity", "charleston",
    "charlotte", "chart", "chat", "check", "cherokee", "chester", "chicago", "child", "children", "choice",
    "church", "cities", "citizen", "citizens", "city", "clark", "clay", "clayton", "clean", "clear",
    "cleveland", "clinic", "clinton", "cloud", "club", "coal", "coast", "code", "coffee", "college", "columbia",
    "columbus", "commerce", "commission", "common", "community", "compass", "computer", "concord", "congress",
    "connect", "conservation", "consumer", "contact", "control", "cook", "core", "corn", "corona", "corps",
    "cost", "council", "country", "county", "court", "courts", "cover", "covid", "crawford", "create", "credit",
    "crime", "crisis", "culture", "cumberland", "customs", "cyber", "daily", "dallas", "dance", "data", "date",
    "dates", "dawn", "day", "days", "deal", "deals", "debt", "defense", "delta", "denver", "derby", "design",
    "desk", "development", "dial", "digital", "direct", "disability", "disaster", "disasters", "discover",
    "district", "doctor", "doctors", "dollar", "dominion", "door", "douglas", "dover", "draft", "dream",
    "drive", "drug", "drugs", "durham", "eagle", "earth", "east", "easy", "economy", "eden", "edge",
    "education", "effort", "el", "election", "elections", "electric", "element", "elgin", "elk", "email",
    "emergency", "empire", "employ", "employment", "energy", "engage", "england", "enterprise", "entry",
    "environment", "equal", "essex", "ethics", "europe", "event", "events", "everett", "evergreen", "every",
    "exchange", "exeter", "expert", "explore", "export", "express", "eye", "fact", "facts", "fair", "fairfax",
    "fairfield", "faith", "family", "farm", "farmer", "farms", "fashion", "fast", "father", "federal",
    "fidelity", "fight", "film", "final", "finance", "find", "fire", "first", "fish", "fit", "fitness", "flag",
    "fleet", "flight", "flint", "flood", "florence", "flow", "flower", "food", "foods", "football", "force",
    "foreign", "forest", "forests", "form", "forum", "forward", "foundation", "franklin", "free", "freedom",
    "fremont", "fresno", "friend", "friends", "front", "fuel", "fund", "funds", "future", "gallery", "game",
    "games", "garden", "gardens", "garland", "gas", "gate", "gateway", "general", "generation", "genesis",
    "geneva", "georgetown", "gift", "gifts", "girl", "glendale", "global", "go", "gold", "golden", "golf",
    "good", "grand", "grant", "grants", "great", "green", "greene", "greenville", "greenwood", "group", "grow",
    "growth", "guard", "guide", "gulf", "hall", "hamilton", "hampton", "hancock", "hand", "harbor", "harmony",
    "harrison", "hart", "harvard", "hat", "havana", "hawk", "head", "health", "healthcare", "heart", "heat",
    "heritage", "hero", "hill", "hills", "history", "hive", "holiday", "holland", "home", "homes", "honor",
    "hope", "horizon", "horse", "hospital", "host", "hot", "hotel", "hotels", "hour", "house", "houses",
    "housing", "houston", "hub", "human", "hunt", "hunter", "huntington", "idea", "ideas", "image", "imagine",
    "impact", "income", "indeed", "independence", "index", "india", "indian", "industry", "info", "information",
    "infrastructure", "innovate", "innovation", "input", "inside", "insight", "institute", "insurance",
    "interior", "interlink", "international", "internet", "invest", "irving", "island", "italy", "jackson",
    "jacksonville", "jasper", "jefferson", "jersey", "job", "jobs", "johnson", "jordan", "journal", "judge",
    "judiciary", "justice", "key", "kids", "king", "kingdom", "kingston", "knight", "know", "knowledge",
    "kraken", "labor", "lake", "lakes", "lakewood", "lancaster", "land", "language", "laredo", "las", "law",
    "lead", "leader", "leaders", "league", "learn", "learning", "lebanon", "ledger", "lee", "legal", "legend",
    "legislature", "lenox", "level", "lewis", "lexington", "liberty", "library", "license", "life", "light",
    "lincoln", "line", "link", "links", "list", "live", "lives", "loan", "loans", "local", "logan", "logistics",
    "london", "loop", "los", "love", "lynn", "mac", "madison", "magic", "mail", "main", "make", "mall", "man",
    "manage", "manchester", "map", "maple", "maps", "marathon", "marine", "marion", "market", "markets", "mars",
    "marshall", "mason", "mass", "master", "math", "max", "me", "media", "medicaid", "medical", "medicare",
    "medicine", "meet", "member", "memorial", "memphis", "mercer", "mercury", "mesa", "message", "metro",
    "mexico", "miami", "middletown", "midway", "milford", "military", "milk", "mill", "miller", "milton",
    "mind", "mine", "minerals", "mint", "mission", "missions", "mobile", "model", "modern", "money", "monitor",
    "monroe", "montgomery", "monument", "moon", "moore", "more", "morgan", "morning", "morton", "mosaic",
    "mother", "motion", "motor", "mount", "mountain", "mountains", "move", "movie", "museum", "music", "my",
    "naples", "nashville", "nation", "national", "nations", "nature", "navigator", "navy", "net", "network",
    "new", "newark", "newport", "news", "newton", "next", "night", "noble", "norfolk", "norman", "north",
    "norwood", "notify", "nuclear", "nurse", "oak", "oakland", "oasis", "ocean", "odessa", "office", "offices",
    "official", "oil", "olympic", "omaha", "one", "online", "open", "opera", "option", "oracle", "orange",
    "order", "organic", "orion", "orlando", "orleans", "oxford", "ozone", "pacific", "page", "palace", "palm",
    "panama", "paper", "paradise", "paris", "park", "parker", "parks", "parole", "partner", "partners", "pass",
    "passport", "past", "path", "patriot", "pay", "payment", "peace", "peak", "pearl", "people", "perfect",
    "performance", "perry", "phoenix", "photo", "picture", "pilot", "pine", "pioneer", "place", "plain", "plan",
    "planet", "plano", "plant", "plaza", "plus", "plymouth", "poe", "point", "police", "policy", "polk", "poll",
    "pool", "port", "portal", "portland", "ports", "post", "postal", "power", "prairie", "premier", "president",
    "press", "pretrial", "price", "pride", "prime", "princeton", "prison", "privacy", "pro", "product",
    "products", "program", "progress", "project", "projects", "promise", "property", "protect", "proton",
    "providence", "public", "publication", "pulse", "purple", "quality", "quest", "question", "quick", "quiet",
    "quincy", "radio", "rail", "rain", "rainbow", "raleigh", "ranch", "read", "ready", "real", "recall",
    "record", "recovery", "recreation", "red", "reform", "region", "regions", "register", "regulation",
    "regulations", "relay", "relief", "reno", "report", "reports", "research", "reserve", "resource",
    "resources", "response", "result", "results", "retirement", "return", "revere", "review", "rich",
    "richland", "richmond", "right", "rights", "ring", "rise", "river", "rivers", "riverside", "road", "roads",
    "rochester", "rock", "rome", "root", "rose", "royal", "rural", "safe", "safety", "saint", "salem", "sales",
    "salt", "san", "sand", "save", "savings", "school", "schools", "science", "score", "scott", "sea", "search",
    "season", "seattle", "secret", "secure", "security", "see", "seed", "select", "senior", "seniors", "serve",
    "service", "services", "settle", "shadow", "share", "shelby", "sheridan", "sheriff", "ship", "shop", "show",
    "sierra", "sign", "signal", "silver", "simple", "simpson", "single", "site", "sky", "slack", "small",
    "smart", "smith", "snow", "social", "soil", "solar", "solution", "solutions", "sonoma", "sound", "source",
    "south", "southern", "space", "spark", "speak", "special", "spectrum", "speed", "spirit", "sport", "sports",
    "spring", "springfield", "springs", "square", "staff", "stafford", "stage", "standard", "standards", "star",
    "stars", "start", "state", "states", "station", "statistics", "status", "steam", "steel", "stem", "step",
    "stone", "stop", "storage", "store", "storm", "story", "stream", "street", "strong", "student", "students",
    "study", "style", "sugar", "summer", "summit", "sun", "sunrise", "sunset", "super", "supply", "support",
    "surplus", "sussex", "sustainability", "swift", "sync", "system", "systems", "table", "talent", "tampa",
    "target", "task", "tax", "taxes", "taylor", "teach", "team", "tech", "technology", "telegram", "tempe",
    "temple", "test", "texas", "theater", "think", "thomas", "thunder", "ticket", "tickets", "tiger", "time",
    "times", "titan", "today", "together", "tool", "tools", "top", "total", "touch", "tour", "town", "towns",
    "toys", "track", "trade", "traffic", "trail", "trails", "train", "training", "transit", "transition",
    "transparency", "transport", "transportation", "travel", "treasury", "tree", "trees", "trial", "tribe",
    "trinity", "trip", "troy", "truck", "true", "trust", "truth", "tucker", "tulsa", "turner", "tv", "twin",
    "tyler", "union", "unity", "universal", "university", "up", "upper", "urban", "use", "utility", "vacation",
    "valley", "value", "van", "vanguard", "vega", "vegas", "venture", "verity", "vernon", "veteran", "veterans",
    "victoria", "victory", "video", "view", "village", "visa", "vision", "visit", "vista", "visual", "vital",
    "voice", "volunteer", "vote", "voter", "votes", "voting", "wake", "walker", "wall", "warren", "warrior",
    "warwick", "washington", "watch", "water", "waterloo", "waters", "wave", "way", "wayne", "weather", "web",
    "welcome", "wellness", "west", "western", "westminster", "wheel", "white", "wild", "wilson", "wind",
    "window", "windows", "wine", "winter", "wireless", "wise", "women", "wonder", "wood", "woods", "word",
    "work", "worker", "workforce", "works", "world", "worth", "xpress", "yale", "yellow", "york", "young",
    "youth", "zion", "zone", "zoo", "zoom",
]);

/// Words that speak of elections.
#[rustfmt::skip]
pub(super) static ELECTION_WORDS: List = List::of(&[
    "ballot", "ballots", "board", "boe", "candidate", "candidates", "canvass", "clerk", "clerks", "commission",
    "commissioner", "county", "cvr", "department", "election", "elections", "electoral", "evid", "official",
    "officials", "pollbook", "polling", "polls", "precinct", "registrar", "registration", "secretary", "sos",
    "supervisor", "tabulator", "vote", "voter", "voters", "votes", "voting",
]);

/// Postal codes of states and territories.
#[rustfmt::skip]
pub(super) static STATE_CODES: List = List::of(&[
    "ak", "al", "ar", "as", "az", "ca", "co", "ct", "dc", "de", "fl", "ga", "gu", "hi", "ia", "id", "il", "in",
    "ks", "ky", "la", "ma", "md", "me", "mi", "mn", "mo", "mp", "ms", "mt", "nc", "nd", "ne", "nh", "nj", "nm",
    "nv", "ny", "oh", "ok", "or", "pa", "pr", "ri", "sc", "sd", "tn", "tx", "ut", "va", "vi", "vt", "wa", "wi",
    "wv", "wy",
]);

/// Names of states and territories, written together.
#[rustfmt::skip]
pub(super) static STATE_NAMES: List = List::of(&[
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida",
    "georgia", "guam", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana",
    "maine", "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana",
    "nebraska", "nevada", "newhampshire", "newjersey", "newmexico", "newyork", "northcarolina", "northdakota",
    "ohio", "oklahoma", "oregon", "pennsylvania", "puertorico", "rhodeisland", "southcarolina", "southdakota",
    "tennessee", "texas", "utah", "vermont", "virginia", "washington", "westvirginia", "wisconsin", "wyoming",
]);
