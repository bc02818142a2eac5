//! The handle that picks the backend.
use std::sync::Arc;

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use super::engine::EventSink;
use super::{pg, sqlite};
use crate::config::Database;

#[derive(Clone)]
pub enum Store {
    Sqlite(Arc<sqlite::Engine>),
    Pg(Arc<pg::Engine>),
}

/// Declares methods of [`Store`] that run the query of the same name on whichever backend this is.
///
/// `read` takes a read connection; `cold` one of those for searches, exports and counts, and says `Busy` when it takes long; `write` runs in a transaction; `publish` too, and the query returns `Wrote<T>`, whose
/// events are published after the COMMIT; `commit` is that for batches of units. The
/// declaration stands beside the aggregate it serves.
macro_rules! ops {
    ($($role:ident $module:ident :: $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $ret:ty;)*) => {
        impl $crate::db::Store {
            $(pub async fn $name(&self, $($arg: $ty),*) -> Result<$ret, $crate::db::DbError> {
                match self {
                    $crate::db::Store::Pg(engine) =>
                        $crate::db::ops!(@run $role engine pg $module $name ($($arg),*)),
                    $crate::db::Store::Sqlite(engine) =>
                        $crate::db::ops!(@run $role engine sqlite $module $name ($($arg),*)),
                }
            })*
        }
    };
    (@run read $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.read(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
    (@run cold $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.read_cold(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
    (@run write $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.write(move |c| Box::pin(async move {
            $crate::db::$backend::queries::$module::$name(c, $($arg),*).await.map($crate::db::Wrote::quiet)
        })).await
    };
    (@run publish $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.write(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
    (@run commit $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.commit(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
}
pub(crate) use ops;

impl Store {
    /// Opens the database and brings its schema up to date. Blocks: call it before the event loop runs.
    pub fn open(url: &str, sink: EventSink) -> Result<Self, String> {
        match Database::parse(url).map_err(|e| format!("DATABASE_URL: {e}"))? {
            Database::Sqlite(path) => Ok(Store::Sqlite(sqlite::Engine::open(&path, sink)?)),
            Database::Pg(url) => Ok(Store::Pg(pg::Engine::open(&url, sink)?)),
        }
    }

    /// As `/health` names it.
    pub fn name(&self) -> &'static str {
        match self {
            Store::Sqlite(_) => sqlite::backend::NAME,
            Store::Pg(_) => pg::backend::NAME,
        }
    }
}

/// Applies what is pending; refuses a database that a newer version has touched.
pub(super) fn migrate<C, DB>(conn: &mut C, migrations: EmbeddedMigrations) -> Result<(), String>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let ours: Vec<String> = MigrationSource::<DB>::migrations(&migrations)
        .map_err(|e| e.to_string())?
        .iter()
        .map(|m| m.as_ref().name().version().to_string())
        .collect();
    let applied = conn.applied_migrations().map_err(|e| format!("cannot read the schema's version: {e}"))?;
    if let Some(unknown) = applied.iter().map(ToString::to_string).find(|v| !ours.contains(v)) {
        return Err(format!(
            "this database was written by a newer Switchboard (migration {unknown} is unknown to {}): start that version instead",
            env!("CARGO_PKG_VERSION")
        ));
    }
    conn.run_pending_migrations(migrations).map(|_| ()).map_err(|e| format!("cannot bring the schema up to date: {e}"))
}
