//! A connection on a thread that may block: async in form, done when the call returns.
//!
//! diesel-async's own wrapper moves each statement to another thread, and so writes its text and copies its values anew each
//! time. Here nothing moves: a statement that diesel knows by its type is found prepared without a word being written.
use std::future::{Ready, ready};

use diesel::connection::{CacheSize, Connection, Instrumentation, LoadConnection, SimpleConnection};
use diesel::deserialize::FromSqlRow;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::result::Error::{DeserializationError, NotFound};
use diesel::row::IntoOwnedRow;
use diesel::sql_types::{BigInt, Untyped};
use diesel::sqlite::Sqlite;
use diesel_async::{AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager};
use futures_util::stream::{Iter, iter};

use crate::db::cached::Cached;

type Borrowed = <SqliteConnection as LoadConnection>::Row<'static, 'static>;
type Owned = <Borrowed as IntoOwnedRow<'static, Sqlite>>::OwnedRow;

/// Each future of it is ready at once.
pub struct Conn {
    inner: SqliteConnection,
    transaction: AnsiTransactionManager,
}

impl Conn {
    pub fn new(inner: SqliteConnection) -> Self {
        Conn { inner, transaction: AnsiTransactionManager::default() }
    }

    /// How many rows a statement has changed. Handed on by reference, as diesel does, [`Cached`] would
    /// not be asked whether the statement is to be kept.
    fn count<Q>(&mut self, query: Q) -> QueryResult<usize>
    where
        Q: QueryFragment<Sqlite> + QueryId,
    {
        if Q::HAS_STATIC_QUERY_ID || !query.is_safe_to_cache_prepared(&Sqlite)? {
            return self.inner.execute_returning_count(&query);
        }
        self.rows(query)?;
        let changes = self.rows(Cached(diesel::select(sql::<BigInt>("changes()"))))?.pop().ok_or(NotFound)??;
        let changes = <i64 as FromSqlRow<BigInt, Sqlite>>::build_from_row(&changes).map_err(DeserializationError)?;
        Ok(usize::try_from(changes).unwrap_or_default())
    }

    fn rows<Q>(&mut self, query: Q) -> QueryResult<Vec<QueryResult<Owned>>>
    where
        Q: QueryFragment<Sqlite> + QueryId,
    {
        let mut names = Default::default();
        let mut rows = vec![];
        for row in LoadConnection::load(&mut self.inner, AnyRow(query))? {
            rows.push(Ok(row?.into_owned(&mut names)));
        }
        Ok(rows)
    }
}

/// A query whose rows are read by whoever knows their types.
struct AnyRow<Q>(Q);

impl<Q> Query for AnyRow<Q> {
    type SqlType = Untyped;
}

impl<Q: QueryId> QueryId for AnyRow<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AnyRow<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, backend: &Sqlite) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

impl SimpleAsyncConnection for Conn {
    fn batch_execute(&mut self, query: &str) -> impl Future<Output = QueryResult<()>> + Send {
        ready(self.inner.batch_execute(query))
    }
}

impl AsyncConnectionCore for Conn {
    type ExecuteFuture<'conn, 'query> = Ready<QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = Ready<QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = Iter<std::vec::IntoIter<QueryResult<Owned>>>;
    type Row<'conn, 'query> = Owned;
    type Backend = Sqlite;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(self.rows(source.as_query()).map(iter))
    }

    fn execute_returning_count<'conn, 'query, T>(&'conn mut self, source: T) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        ready(self.count(source))
    }
}

impl AsyncConnection for Conn {
    type TransactionManager = AnsiTransactionManager;

    fn establish(url: &str) -> impl Future<Output = ConnectionResult<Self>> + Send {
        ready(SqliteConnection::establish(url).map(Conn::new))
    }

    fn transaction_state(&mut self) -> &mut <AnsiTransactionManager as TransactionManager<Self>>::TransactionStateData {
        &mut self.transaction
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.inner.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.inner.set_prepared_statement_cache_size(size);
    }
}
