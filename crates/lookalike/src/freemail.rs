//! Providers where anybody opens a mailbox in any name. From general knowledge, many countries; not complete: a provider that
//! is missing is treated as an ordinary stranger.

/// Whether mailboxes at this registrable domain are open to anybody.
pub fn is_free_mail(domain: &str) -> bool {
    if PROVIDERS.binary_search(&domain).is_ok() {
        return true;
    }
    // The large ones have the same name in many countries: yahoo.co.uk, hotmail.it.
    domain.split_once('.').is_some_and(|(label, _)| EVERYWHERE.contains(&label))
}

const EVERYWHERE: &[&str] =
    &["gmail", "googlemail", "hotmail", "live", "outlook", "yahoo", "ymail", "rocketmail", "gmx", "yandex"];

#[rustfmt::skip]
const PROVIDERS: &[&str] = &[
    "126.com", "139.com", "163.com", "189.cn", "abv.bg", "alice.it", "aliyun.com", "aol.com", "arcor.de", "att.net",
    "azet.sk", "bellsouth.net", "bigpond.com", "bk.ru", "bluewin.ch", "bol.com.br", "btinternet.com",
    "caramail.com", "centrum.cz", "charter.net", "comcast.net", "cox.net", "daum.net", "disroot.org",
    "docomo.ne.jp", "duck.com", "earthlink.net", "email.com", "email.cz", "excite.com", "fastmail.com",
    "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "frontier.com", "frontiernet.net",
    "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hanmail.net", "hey.com",
    "hushmail.com", "i.ua", "icloud.com", "inbox.lv", "inbox.ru", "interia.pl", "juno.com", "laposte.net",
    "libero.it", "list.ru", "lycos.com", "mac.com", "mail.bg", "mail.com", "mail.ee", "mail.ru", "mailbox.org",
    "mailfence.com", "mailinator.com", "me.com", "msn.com", "mynet.com", "naver.com", "netscape.net", "netzero.net",
    "o2.pl", "onet.pl", "optonline.net", "orange.fr", "pm.me", "posteo.de", "proton.me", "protonmail.ch",
    "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "roadrunner.com", "rogers.com",
    "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "sky.com", "sohu.com",
    "startmail.com", "sympatico.ca", "t-online.de", "terra.com.br", "tiscali.it", "tuta.io", "tutanota.com",
    "tutanota.de", "ukr.net", "uol.com.br", "usa.com", "usa.net", "verizon.net", "virgilio.it", "virginmedia.com",
    "walla.co.il", "wanadoo.fr", "web.de", "windowslive.com", "windstream.net", "wp.pl", "xtra.co.nz", "ya.ru",
    "yahoo.com", "yeah.net", "zoho.com", "zohomail.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_sorted_and_found() {
        assert!(PROVIDERS.is_sorted(), "{:?}", PROVIDERS.windows(2).find(|pair| pair[0] > pair[1]));
        for domain in ["gmail.com", "yahoo.co.uk", "hotmail.it", "t-online.de", "proton.me"] {
            assert!(is_free_mail(domain), "{domain}");
        }
        assert!(!is_free_mail("example.com") && !is_free_mail(""));
    }
}
