//! Records of proxies, name servers and machines, of any format. The first byte chooses a beginning that a format is known by.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_mail::acted::{Indicator, Lure, Lures};

const BEGINNINGS: [&str; 8] = [
    "",
    "#Fields: date time c-ip cs-method cs-host cs-uri-path\n",
    "#fields\tts\tid.orig_h\tquery\n",
    "time,user,url,action,sha256\n",
    "1793704000.0 1 192.0.2.5 TCP_MISS/200 1 GET http://login.lure.test/ - D/- -\n",
    "Nov  3 10:05:00 dnsmasq[815]: query[A] login.lure.test from 192.0.2.5\n",
    "11/3/2026 10:05:00 AM 0E50 PACKET  00 UDP Rcv 192.0.2.5 5ca2   Q [0001   D   NOERROR] A      (5)login(4)lure(4)test(0)\n",
    "{\"ts\":1793704000.25,\"id.orig_h\":\"192.0.2.5\",\"query\":\"login.lure.test\"}\n",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let indicators = vec![Indicator::Host("login.lure.test".into()), Indicator::Sha256("ab".repeat(32))];
    let lures =
        Lures::new(vec![Lure { name: "lure".into(), arrived: "2026-11-03T10:00:00Z".parse().ok(), indicators }]);
    let log = [BEGINNINGS[usize::from(*first) % BEGINNINGS.len()].as_bytes(), rest].concat();
    if let Ok(deeds) = lures.read("log", log.as_slice(), None) {
        assert!(deeds.rejected <= deeds.lines);
        assert!(
            deeds.acted.iter().chain(&deeds.earlier).all(|acted| acted.place.line <= deeds.lines && acted.times > 0)
        );
    }
});
