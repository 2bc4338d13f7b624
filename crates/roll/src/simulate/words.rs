//! Words that invented persons and places are made of. None is taken from a real roll.

/// Given names in general use.
pub(super) const FIRST: [&str; 64] = [
    "ADA", "ALBERT", "AMOS", "ANIKA", "ARLO", "BEATRIX", "BENNO", "BRUNA", "CALEB", "CARMEN", "CASPAR", "CLARA",
    "CYRUS", "DALIA", "DAMON", "DELIA", "EDGAR", "ELISE", "EMIL", "ESTHER", "EZRA", "FELIX", "FIONA", "FLORA",
    "GIDEON", "GRETA", "HANNAH", "HECTOR", "HUGO", "IDA", "INGRID", "IRIS", "IVAN", "JASPER", "JONAS", "JUNO", "KAREN",
    "KLAUS", "LEONA", "LEVI", "LINUS", "LUCIA", "MABEL", "MARIUS", "MILO", "NADIA", "NORA", "OLGA", "OSCAR", "OTTO",
    "PAULA", "PETRA", "QUINN", "RAMON", "ROSA", "RUFUS", "SELMA", "SIMON", "TESSA", "THEO", "URSULA", "VERA", "WALTER",
    "YOLANDA",
];

/// Beginnings of invented last names.
pub(super) const STEMS: [&str; 64] = [
    "ALDER", "AMBER", "ARBOR", "ASHEN", "BARROW", "BECK", "BIRCH", "BRAM", "BRIAR", "BROOK", "CALDER", "CEDAR",
    "CLOVER", "COPPER", "CRANE", "DALE", "DOVE", "DRAKE", "DUNE", "ELDER", "EMBER", "FALCON", "FENN", "FERN", "FINCH",
    "FLINT", "FOX", "GALE", "GARNET", "GLEN", "GROVE", "HARROW", "HAWK", "HAZEL", "HERON", "HOLLY", "IRON", "IVY",
    "JUNIPER", "KESTREL", "LARK", "LAUREL", "LINDEN", "MAPLE", "MARSH", "MEADOW", "MOSS", "NETTLE", "OAKEN", "OTTER",
    "PEBBLE", "PINE", "QUARRY", "RAVEN", "REED", "ROWAN", "RUSH", "SABLE", "SORREL", "STONE", "THORN", "VALE",
    "WILLOW", "WREN",
];

/// Ends of invented last names.
pub(super) const ENDS: [&str; 32] = [
    "BANK", "BERG", "BY", "COMBE", "COTT", "CROFT", "DEN", "DOWN", "FIELD", "FOLD", "FORD", "GATE", "HALL", "HAM",
    "HAVEN", "HILL", "HURST", "LAND", "LEY", "LOCK", "MAN", "MERE", "MOOR", "MORE", "RIDGE", "SHAW", "SON", "STEAD",
    "TON", "WELL", "WOOD", "WORTH",
];

/// Streets.
pub(super) const STREETS: [&str; 32] = [
    "ACORN", "BELL", "BRIDGE", "CANAL", "CHERRY", "CHURCH", "COOPER", "DEPOT", "ELM", "FERRY", "FOUNTAIN", "GARDEN",
    "HARBOR", "HICKORY", "LAKE", "LIBRARY", "MARKET", "MILL", "ORCHARD", "PARK", "PLUM", "POND", "PROSPECT", "QUARRY",
    "RAILROAD", "RIVER", "SCHOOL", "SPRING", "SUMMIT", "TANNERY", "UNION", "WALNUT",
];

/// Kinds of street.
pub(super) const WAYS: [&str; 8] = ["ST", "AVE", "LN", "RD", "DR", "CT", "PL", "WAY"];

/// Invented counties.
pub(super) const COUNTIES: [&str; 12] = [
    "ALDERMERE",
    "BRAMFORD",
    "CALDERWOOD",
    "DUNEFIELD",
    "ELDERTON",
    "FENNWICK",
    "GLENHURST",
    "HARROWDALE",
    "IVYBANK",
    "JUNIPER HILL",
    "KESTREL",
    "LINDENSHAW",
];

/// Parties, with how many in a hundred are registered with them.
pub(super) const PARTIES: [(&str, u64); 4] = [("UNA", 38), ("DEM", 32), ("REP", 29), ("LIB", 1)];

/// Race codes, with how many in a hundred have them.
pub(super) const RACES: [(&str, u64); 5] = [("W", 62), ("B", 21), ("U", 10), ("A", 4), ("O", 3)];

/// States of birth, with how many in a hundred were born there.
pub(super) const BIRTH_STATES: [(&str, u64); 6] = [("NC", 55), ("", 15), ("NY", 10), ("VA", 8), ("SC", 7), ("FL", 5)];
