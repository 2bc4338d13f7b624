//! A request in the words of Sigma's taxonomy for web servers and proxies (Sigma specification, *Taxonomy*, appendix A).

use std::borrow::Cow;

use rsigma_eval::EventValue;
use serde_json::Value;

/// A request as rules see it: text as the log holds it.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs, reason = "the fields are the columns of the table `requests`")]
pub struct Event<'a> {
    pub client: &'a str,
    pub user: Option<&'a str>,
    pub method: &'a str,
    pub path: &'a str,
    pub query: Option<&'a str>,
    pub status: Option<i64>,
    pub bytes: Option<i64>,
    pub duration_us: Option<i64>,
    pub referer: Option<&'a str>,
    pub agent: Option<&'a str>,
    pub host: Option<&'a str>,
}

impl<'a> Event<'a> {
    fn uri(&self) -> Cow<'a, str> {
        match self.query {
            Some(query) => Cow::Owned(format!("{}?{query}", self.path)),
            None => Cow::Borrowed(self.path),
        }
    }

    fn value(&self, name: &str) -> Option<EventValue<'a>> {
        let text = |text: &'a str| EventValue::Str(Cow::Borrowed(text));
        match name {
            "c-ip" | "src_ip" => Some(text(self.client)),
            "cs-method" | "c-method" => Some(text(self.method)),
            "cs-uri-stem" | "c-uri-stem" | "c-uri-path" => Some(text(self.path)),
            "cs-uri-query" | "c-uri-query" => self.query.map(text),
            "cs-uri" | "c-uri" => Some(EventValue::Str(self.uri())),
            "c-uri-extension" => extension(self.path).map(text),
            "cs-username" => self.user.map(text),
            "cs-user-agent" | "c-useragent" | "cs-useragent" | "cs(user-agent)" => self.agent.map(text),
            "cs-referer" | "cs-referrer" | "c-referer" | "cs(referer)" => self.referer.map(text),
            "cs-host" | "c-uri-host" | "r-dns" => self.host.map(text),
            "sc-status" => self.status.map(EventValue::Int),
            "sc-bytes" => self.bytes.map(EventValue::Int),
            // In milliseconds, as IIS writes it.
            "time-taken" => self.duration_us.map(|us| EventValue::Int(us / 1_000)),
            _ => None,
        }
    }

    fn texts(&self) -> impl Iterator<Item = Cow<'a, str>> {
        let known = [Some(self.client), self.user, Some(self.method), self.referer, self.agent, self.host];
        known.into_iter().flatten().map(Cow::Borrowed).chain(std::iter::once(self.uri()))
    }
}

/// What follows the last dot of a path's last part.
fn extension(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.rsplit_once('.').map(|(_, extension)| extension)
}

impl rsigma_eval::Event for Event<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            return self.value(&path.to_ascii_lowercase());
        }
        self.value(path)
    }

    fn any_string_value(&self, pred: &dyn Fn(&str) -> bool) -> bool {
        self.texts().any(|text| pred(&text))
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        self.texts().collect()
    }

    /// Asked for by correlations alone, which are not run.
    fn to_json(&self) -> Value {
        Value::Null
    }
}
