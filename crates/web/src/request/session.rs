//! A session's identifier given in the address: how one's own session is planted on another (CWE-384).

use super::decode::Decoded;

/// How sure one can be, from 0 to 1, that a parameter plants a session. A weak sign: some sites keep sessions so.
pub(crate) fn score(name: &str, value: &Decoded) -> f32 {
    let random = value.text.len() >= 6 && !value.text.bytes().all(|b| b.is_ascii_digit());
    let named = is_session(name) || (random && ENDS.iter().any(|end| name.ends_with(end)));
    if value.text.len() >= 3 && named { 0.5 } else { 0.0 }
}

/// What every such name holds, for the gate.
pub(crate) const MARKS: &[&str] = &[
    "sess",
    ".sid",
    "cfid",
    "cftoken",
    "cfsid",
    "viewstateuser",
    "cakephp",
    "codeigniter",
    "meteor_login",
    "shiny-token",
    "next-auth",
    "typo_user",
    "_phoenix_key",
    "mojolicious",
    "__secure-",
    "__host-",
    "wordpress_logged_in",
];

fn is_session(name: &str) -> bool {
    listed(name)
        || PARTS.iter().any(|p| name.contains(p))
        || PREFIXES.iter().any(|p| name.starts_with(p))
        || (name.starts_with('_') && name.ends_with("_session"))
}

const PARTS: [&str; 6] =
    ["jsessionid", "phpsessid", "aspsessionid", "asp.net_session", "next-auth.session", "_rails_session"];
/// How such names end, of whichever framework.
const ENDS: [&str; 4] = ["session_id", "sessionid", "sessid", "session.id"];
const PREFIXES: [&str; 6] = ["__secure-", "__host-", "aspsessionid", "wordpress_logged_in_", "sess_", "_session_"];
// Names that servers and frameworks give the cookie.
const NAMES: &str = "sessid sessionid session_id session-id session.id jsessionid jservsession jservsessionid jwsession \
        jrunsession phpsessid phpsession phpsessionid aspsession aspsessionid asp.net_sessionid weblogicsession cfid cftoken cfsid cfsessid \
        cgisessid viewstateuserkey cakephp ci_session ci_sessions codeigniter laravel_session zendsessionid zend_session_namespace rack.session _rails_session _session \
        _session_id connect.sid connect.sess express.sid express:sess express.sess koa.sid koa:sess koa.sess koa.session sails.sid hapi.sid \
        keystone.sid meteor_login_token shiny-token play_session play-session next-auth.session-token next-auth.csrf-token flask_session beaker.session.id pyramid_session web2py_session mojolicious \
        dancer.session catalyst_session plack_session grails_session _phoenix_key _gorilla_session gorilla.sess \
        gosessionid gin_session fiber_session iron.session iron-session nuxt-session vertx-web.session ring-session \
        django_session wordpress_logged_in drupal_session joomla_session typo3_session fe_typo_user be_typo_user moodlesession \
        tomcat_session jetty_session spring_session xsessionid sessiontoken session_token sess_id sess-id userid_session";

fn listed(name: &str) -> bool {
    NAMES.split_ascii_whitespace().any(|n| n == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn sessions_and_what_sounds_like_them() {
        let value = decode("abc123", true);
        for name in ["phpsessid", "jsessionid", "connect.sid", "_county_session", "sessionid", "rack.session"] {
            assert!(score(name, &value) >= 0.5, "{name}");
        }
        for name in NAMES.split_ascii_whitespace().chain(PARTS).chain(PREFIXES) {
            assert!(MARKS.iter().any(|mark| name.contains(mark)), "{name} passes the gate");
        }
        for name in ["session", "legislative_session", "sessions", "id", "side", "token", "ga_session_count"] {
            assert!(score(name, &value) < 0.5, "{name}");
        }
    }
}
