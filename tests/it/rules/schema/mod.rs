//! One schema in two dialects, and `src/db/schema.rs` beside them.

mod base;
mod file;
mod rows;
mod shape_postgres;
mod shape_sqlite;
mod values;

use std::collections::BTreeSet;

use base::Base;

use crate::support::{Backend, on_both_databases, postgres as server, run_for};

/// A schema is a set of lines: `column messages.text Text`, `unique memberships (company_id, user_id)`, …
type Shape = BTreeSet<String>;

#[track_caller]
fn same(left: (&str, &Shape), right: (&str, &Shape)) {
    let only = |a: &Shape, b: &Shape| a.difference(b).map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n");
    let (here, there) = (only(left.1, right.1), only(right.1, left.1));
    assert!(here.is_empty() && there.is_empty(), "only {}:\n{here}\nonly {}:\n{there}", left.0, right.0);
}

fn lines_of(shape: &Shape, kinds: &[&str]) -> Shape {
    shape.iter().filter(|line| kinds.iter().any(|kind| line.starts_with(kind))).cloned().collect()
}

#[test]
fn both_dialects_make_the_same() {
    if !server::wanted() {
        eprintln!("left out: SWITCHBOARD_TEST_ONLY=sqlite");
        return;
    }
    run_for(std::time::Duration::from_secs(120), async {
        let (sqlite, postgres) = (Base::create(Backend::Sqlite).await, Base::create(Backend::Postgres).await);
        sqlite.up().await;
        postgres.up().await;
        let (left, right) = (sqlite.shape().await, postgres.shape().await);
        for kind in ["column ", "primary ", "unique ", "index ", "foreign ", "check ", "default ", "drawn "] {
            assert!(left.iter().any(|line| line.starts_with(kind)), "no {kind}was read: {left:#?}");
        }
        same(("in SQLite", &left), ("in PostgreSQL", &right));
    });
}

async fn the_schema_file_says_the_same(backend: Backend) {
    let base = Base::create(backend).await;
    base.up().await;
    let made = lines_of(&base.shape().await, &["column ", "primary "]);
    let written = file::tables().iter().flat_map(file::Table::lines).collect();
    same(("in the database", &made), ("in src/db/schema.rs", &written));
}

async fn down_takes_everything_away(backend: Backend) {
    let base = Base::create(backend).await;
    base.up().await;
    let before = base.shape().await;
    assert!(base.relations().await.len() > 30, "what is counted is there");
    base.down().await;
    assert_eq!(base.relations().await, Vec::<String>::new(), "left behind by down.sql");
    base.up().await;
    same(("after the first up", &before), ("after the second", &base.shape().await));
}

/// A row with only what it must have, and one with everything, in each table; each column comes back as its type says.
async fn every_column_comes_back(backend: Backend) {
    let base = Base::create(backend).await;
    base.up().await;
    let written = values::rows_for(&file::tables(), &base.shape().await);
    for row in &written {
        base.execute(&row.insert(backend)).await;
    }
    let read = rows::read(&base).await;
    let names: Vec<String> = file::tables().into_iter().map(|table| table.name).collect();
    assert_eq!(read.keys().cloned().collect::<BTreeSet<_>>(), names.into_iter().collect(), "rows.rs lists the tables");
    for (table, found) in read {
        let expected: BTreeSet<Vec<String>> = written.iter().filter(|r| r.table == table).map(|r| r.shown.clone()).collect();
        assert_eq!(expected.len(), 2);
        assert_eq!(found, expected, "{table}");
    }
}

on_both_databases!(the_schema_file_says_the_same, down_takes_everything_away, every_column_comes_back);
