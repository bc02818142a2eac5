//! Where settings come from: one flat list of names, read from four places, the later ones winning.
use std::collections::BTreeMap;
use std::path::Path;

/// The settings that this program ships with; the file documents each.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Accepted because the documents name them; they change nothing here.
pub const WITHOUT_EFFECT: &[&str] = &["DEV_MODE", "DEBUG", "PYTHON_PATH", "CELERY_BROKER_URL"];

/// Read and checked like the others; what they are for comes with a later version.
pub const NOT_YET: &[&str] = &[
    "BITRIX_WEBHOOK_URL",
    "BITRIX_SYNC_INTERVAL_MINUTES",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_S3_REGION_NAME",
    "AWS_S3_ENDPOINT_URL",
];

/// Their values are never printed.
const SECRET: &[&str] = &[
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ENCRYPTION_KEY",
    "OPENAI_API_KEY",
    "TELEGRAM_TOKEN",
    "TELEGRAM_BOT_TOKEN",
    "WHATSAPP_VERIFY_TOKEN",
    "WHATSAPP_APP_SECRET",
    "BITRIX_WEBHOOK_URL",
    "AWS_SECRET_ACCESS_KEY",
    "METRICS_TOKEN",
];

#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub value: String,
    /// `default`, a file's name, or `environment`.
    pub source: String,
}

/// All settings by name, merged.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    settings: BTreeMap<String, Setting>,
    /// Names without effect that somebody set all the same.
    pub idle: Vec<(String, String)>,
}

impl Sources {
    /// Reads `config/default.toml`, `config/local.toml` and `.env` of the working directory, then the environment.
    pub fn gather() -> Result<Self, String> {
        let mut sources = Sources::built_in()?;
        for path in ["config/default.toml", "config/local.toml"] {
            if let Ok(text) = std::fs::read_to_string(path) {
                sources.read_toml(path, &text)?;
            }
        }
        if Path::new(".env").exists() {
            let lines = dotenvy::from_path_iter(".env").map_err(|e| format!(".env cannot be read: {e}"))?;
            for line in lines {
                // dotenvy's own message repeats the line, which may hold a secret.
                let (name, value) = line.map_err(|_| ".env has a line that is not NAME=value".to_owned())?;
                sources.put(&name, value, ".env");
            }
        }
        let known: Vec<String> = sources.settings.keys().cloned().collect();
        for name in known.iter().map(String::as_str).chain(WITHOUT_EFFECT.iter().copied()) {
            match std::env::var(name) {
                Ok(value) => sources.put(name, value, "environment"),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => return Err(format!("{name} is not valid UTF-8")),
            }
        }
        Ok(sources)
    }

    /// Only what the program ships with.
    pub fn built_in() -> Result<Self, String> {
        let mut sources = Sources::default();
        let table = DEFAULTS.parse::<toml::Table>().map_err(|e| one_line("config/default.toml", &e))?;
        for (name, value) in table {
            sources.settings.insert(name, Setting { value: plain(&value), source: "default".into() });
        }
        Ok(sources)
    }

    fn read_toml(&mut self, path: &str, text: &str) -> Result<(), String> {
        for (name, value) in text.parse::<toml::Table>().map_err(|e| one_line(path, &e))? {
            if !self.settings.contains_key(&name) && !WITHOUT_EFFECT.contains(&name.as_str()) {
                return Err(format!("{name} in {path} is no setting of Switchboard (the names are those of the environment)"));
            }
            // The shipped file and its copy on disk say the same: that is still the default.
            if self.settings.get(&name).is_none_or(|s| s.value != plain(&value)) {
                self.put(&name, plain(&value), path);
            }
        }
        Ok(())
    }

    /// Sets one value; an empty one means "not set" and leaves what was there.
    pub fn put(&mut self, name: &str, value: String, source: &str) {
        if WITHOUT_EFFECT.contains(&name) {
            self.idle.push((name.to_owned(), source.to_owned()));
        } else if self.settings.contains_key(name) && !value.trim().is_empty() {
            self.settings.insert(name.to_owned(), Setting { value: value.trim().to_owned(), source: source.to_owned() });
        }
    }

    pub fn text(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", |s| s.value.as_str())
    }

    /// A value that may be missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|v| !v.is_empty()).map(str::to_owned)
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.settings.iter().map(|(name, setting)| (name.as_str(), setting))
    }

    /// What may be printed of a setting.
    pub fn shown(&self, name: &str) -> String {
        let value = self.text(name);
        match value {
            "" => "(not set)".into(),
            v if !SECRET.contains(&name) => v.into(),
            v if name.ends_with("_URL") => masked_url(v),
            _ => "***".into(),
        }
    }

    /// The one line that stops the start.
    pub fn wrong(&self, name: &str, expected: &str) -> String {
        let source = self.settings.get(name).map_or("default", |s| s.source.as_str());
        format!("{name} is {:?} (from {source}): expected {expected}", self.shown(name))
    }

    /// Reads a value as `T`, or says what was expected.
    pub fn parse<T: std::str::FromStr>(&self, name: &str, expected: &str) -> Result<T, String> {
        self.text(name).parse().map_err(|_| self.wrong(name, expected))
    }

    /// A comma-separated list.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.text(name).split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
    }
}

fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.trim().to_owned(),
        toml::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// toml's message spans several lines and quotes the offending one.
fn one_line(path: &str, e: &toml::de::Error) -> String {
    format!("{path} cannot be read: {}", e.message())
}

/// Everything that names the place stays readable; the password, the query and a secret path do not.
fn masked_url(value: &str) -> String {
    if value.starts_with("sqlite:") {
        return value.to_owned();
    }
    match url::Url::parse(value) {
        Ok(url) => format!(
            "{}://***@{}{}",
            url.scheme(),
            url.host_str().unwrap_or(""),
            url.port().map_or(String::new(), |p| format!(":{p}"))
        ),
        Err(_) => "***".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_sources_win_and_empty_values_do_not() {
        let mut s = Sources::built_in().expect("default.toml");
        s.read_toml("config/local.toml", "PORT = 9000\nHOST = \"0.0.0.0\"").expect("local");
        s.put("PORT", "9100".into(), "environment");
        s.put("HOST", " ".into(), ".env");
        s.put("DEBUG", "1".into(), ".env");
        assert_eq!((s.text("PORT"), s.text("HOST")), ("9100", "0.0.0.0"));
        assert_eq!(s.idle, [("DEBUG".to_owned(), ".env".to_owned())]);
    }

    #[test]
    fn an_unknown_name_in_a_file_is_told() {
        let mut s = Sources::built_in().expect("default.toml");
        assert!(s.read_toml("config/local.toml", "PROT = 1").unwrap_err().starts_with("PROT in config/local.toml"));
    }

    #[test]
    fn secrets_are_never_shown() {
        let mut s = Sources::built_in().expect("default.toml");
        s.put("DATABASE_URL", "postgres://me:hunter2@db.example:5433/x?password=hunter2".into(), "environment");
        s.put("SECRET_KEY", "hunter2".into(), "environment");
        assert_eq!(s.shown("DATABASE_URL"), "postgres://***@db.example:5433");
        assert!(!s.wrong("SECRET_KEY", "more").contains("hunter2"));
    }
}
