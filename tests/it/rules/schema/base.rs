//! An empty database that only the migrations touch.

use diesel::{Connection, SqliteConnection};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use diesel_migrations::MigrationHarness;
use switchboard::db::{pg, sqlite};

use super::Shape;
use crate::support::{Backend, Hub};

pub struct Base {
    // Never started: it owns the folder or the database, and takes it away.
    hub: Hub,
}

impl Base {
    pub async fn create(backend: Backend) -> Base {
        Base { hub: Hub::prepare(backend, &[]).await }
    }

    fn path(&self) -> String {
        self.hub.dir.join("data/schema.db").display().to_string()
    }

    pub async fn sqlite(&self) -> Option<sqlite::Conn> {
        match self.hub.backend {
            Backend::Sqlite => Some(sqlite::Conn::establish(&self.path()).await.expect("a database")),
            Backend::Postgres => None,
        }
    }

    pub async fn postgres(&self) -> AsyncPgConnection {
        let database = self.hub.database.as_ref().expect("a database of PostgreSQL");
        AsyncPgConnection::establish(&database.url).await.expect("PostgreSQL answers")
    }

    pub async fn up(&self) {
        self.migrate(
            |c| c.run_pending_migrations(sqlite::MIGRATIONS).map(drop),
            |c| c.run_pending_migrations(pg::MIGRATIONS).map(drop),
        )
        .await;
    }

    pub async fn down(&self) {
        self.migrate(
            |c| c.revert_all_migrations(sqlite::MIGRATIONS).map(drop),
            |c| c.revert_all_migrations(pg::MIGRATIONS).map(drop),
        )
        .await;
    }

    async fn migrate(
        &self,
        on_sqlite: fn(&mut SqliteConnection) -> diesel::migration::Result<()>,
        on_postgres: fn(&mut AsyncConnectionWrapper<AsyncPgConnection>) -> diesel::migration::Result<()>,
    ) {
        if self.hub.backend == Backend::Sqlite {
            let mut c = SqliteConnection::establish(&self.path()).expect("a database");
            return on_sqlite(&mut c).expect("the migrations run");
        }
        let c = self.postgres().await;
        let work = move || on_postgres(&mut AsyncConnectionWrapper::from(c)).expect("the migrations run");
        tokio::task::spawn_blocking(work).await.expect("the migrations end");
    }

    pub async fn shape(&self) -> Shape {
        match self.sqlite().await {
            Some(mut c) => super::shape_sqlite::shape(&mut c).await,
            None => super::shape_postgres::shape(&mut self.postgres().await).await,
        }
    }

    /// Whatever stands in the database, but for the migrations' own book.
    pub async fn relations(&self) -> Vec<String> {
        match self.sqlite().await {
            Some(mut c) => super::shape_sqlite::relations(&mut c).await,
            None => super::shape_postgres::relations(&mut self.postgres().await).await,
        }
    }

    pub async fn execute(&self, sql: &str) {
        use diesel_async::SimpleAsyncConnection;
        let done = match self.sqlite().await {
            Some(mut c) => c.batch_execute(&format!("PRAGMA foreign_keys = ON; {sql}")).await,
            None => self.postgres().await.batch_execute(sql).await,
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// One column of text, asked of either database.
#[derive(diesel::QueryableByName)]
pub struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub line: String,
}

/// `state = ANY (ARRAY['a'::text])` and `state IN ('a')` are the same condition.
pub fn plain(condition: &str) -> String {
    let mut text = condition.replace("::text", "").replace("= ANY", "IN").replace("ARRAY", "").replace("CHECK", "");
    text.retain(|c| !c.is_whitespace() && !"()[]".contains(c));
    text
}
