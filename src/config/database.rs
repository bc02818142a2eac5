//! Which database `DATABASE_URL` names.
use std::path::PathBuf;

pub enum Database {
    Sqlite(PathBuf),
    Pg(String),
}

impl Database {
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return if path.is_empty() {
                Err("expected a path after sqlite://".into())
            } else {
                Ok(Database::Sqlite(path.into()))
            };
        }
        let known = ["postgres://", "postgresql://", "postgresql+asyncpg://"];
        if known.iter().any(|scheme| url.starts_with(scheme)) {
            return Ok(Database::Pg(url.to_owned()));
        }
        Err("expected sqlite://…, postgres://…, postgresql://… or postgresql+asyncpg://…".into())
    }
}
