//! Access-log formats: one file each, and one line in the list below.
//!
//! Every one of them is a line format: a `LineReader` turns a line into a `Row`, or says what is wrong with it. Formats whose
//! fields stand between fixed texts are written as a `pattern`, in the words of nginx's `log_format`.

mod address;
mod clock;
mod escapes;
mod gathered;
mod held;
mod line;
mod log_format;
mod pattern;
mod request_line;
mod rows;
mod signs;
mod syslog;
mod times;

use jiff::tz::TimeZone;
use pollwarden_core::WebSettings;
use pollwarden_intake::Format;

use self::address::Trusted;
use self::line::{LineFormat, LineReader, Lines, Unread, fit};
use self::pattern::Pattern;
pub use self::pattern::PatternError;
pub(crate) use self::rows::{Row, Rows, Take};

/// Declares the formats, in the order they are tried: the module, and the type in it.
macro_rules! formats {
    ($($module:ident :: $format:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every format of this sensor that needs no settings, in the order they are tried.
        pub static FORMATS: &[&dyn Format] = &[$(&Lines::<$module::$format>::new(&PLAIN)),*];

        fn all(settings: &'static Settings) -> Vec<&'static dyn Format> {
            vec![$(kept(Lines::<$module::$format>::new(settings))),*]
        }
    };
}

// What could be taken for another comes first: Envoy's lines hold all that a combined line needs.
formats! {
    envoy::Envoy,
    combined::Combined,
    json_lines::JsonLines,
    w3c::W3c,
    iis_events::IisEvents,
    aws_load_balancer::AwsLoadBalancer,
    haproxy::HaProxy,
    time_first::TimeFirst,
    zoraxy::Zoraxy,
}

/// What the office says of its logs.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) trusted: Trusted,
    pub(crate) zone: Option<TimeZone>,
    /// The pattern of `log_format`; none where it isn't given.
    pub(crate) pattern: Vec<Pattern>,
}

static PLAIN: Settings = Settings { trusted: Trusted(Vec::new()), zone: None, pattern: Vec::new() };

/// The formats as an office's settings have them: with its own `log_format` first, its proxies and its time zone.
///
/// Formats live as long as the process, as intake wants them to: settings are read once a run.
///
/// # Errors
/// Where `log_format` can't be understood.
pub fn formats(web: &WebSettings) -> Result<Vec<&'static dyn Format>, PatternError> {
    if web.trusted_proxies.is_empty() && web.time_zone.is_none() && web.log_format.is_none() {
        return Ok(FORMATS.to_vec());
    }
    let settings: &'static Settings = Box::leak(Box::new(Settings {
        trusted: Trusted(web.trusted_proxies.clone()),
        zone: web.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()),
        pattern: web.log_format.as_deref().map(Pattern::configured).transpose()?.into_iter().collect(),
    }));
    let mut formats = all(settings);
    if !settings.pattern.is_empty() {
        formats.insert(0, kept(Lines::<log_format::LogFormat>::new(settings)));
    }
    Ok(formats)
}

/// Whether a `log_format` can be understood.
///
/// # Errors
/// Where it can't, with the reason.
pub fn check_log_format(text: &str) -> Result<(), PatternError> {
    Pattern::configured(text).map(|_| ())
}

fn kept(format: impl Format + 'static) -> &'static dyn Format {
    Box::leak(Box::new(format))
}

/// `-` and nothing at all both say that the server knew no value.
fn known(text: &str) -> Option<&str> {
    (text != "-" && !text.is_empty()).then_some(text)
}

/// A request target's path and query.
fn split_target(target: &str) -> (&str, Option<&str>) {
    match memchr::memchr(b'?', target.as_bytes()) {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}
