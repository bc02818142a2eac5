//! The database behind the hub's back: lines of text out, changes in, and everything that belongs to one company.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::support::Hub;

/// Rows as text, by table.
pub type Belongings = BTreeMap<String, Vec<String>>;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

fn sqlite(hub: &Hub) -> SqliteConnection {
    let path = hub.dir.join("data/switchboard.db");
    let mut connection = SqliteConnection::establish(path.to_str().expect("UTF-8")).expect("the database opens");
    connection.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON").expect("pragmas");
    connection
}

async fn postgres(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// The only column of each row must be text.
pub async fn lines(hub: &Hub, sql: &str) -> Vec<String> {
    let Some(database) = &hub.database else {
        let wrapped = format!("SELECT line FROM ({sql})");
        let rows: Vec<Line> = diesel::sql_query(wrapped).load(&mut sqlite(hub)).unwrap_or_else(|e| panic!("{sql}: {e}"));
        return rows.into_iter().map(|row| row.line).collect();
    };
    let rows = postgres(&database.url).await.query(sql, &[]).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.iter().map(|row| row.get(0)).collect()
}

pub async fn execute(hub: &Hub, sql: &str) {
    match &hub.database {
        None => sqlite(hub).batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}")),
        Some(database) => postgres(&database.url).await.batch_execute(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}")),
    }
}

/// Tables that belong to nobody.
const NOBODYS: &[&str] = &["meta", "ids", "leases", "nodes", "signals"];

/// They follow the company's rows by themselves, a moment later.
fn follows(table: &str) -> bool {
    table.starts_with("message_words") || table == "search_cursors"
}

/// Every row of the company, from every table there is; a table that cannot be told to be its, or nobody's, is an error.
pub async fn belongings(hub: &Hub, company: i64) -> Belongings {
    let mut found = Belongings::new();
    for table in tables(hub).await.into_iter().filter(|table| !follows(table)) {
        let columns = columns(hub, &table).await;
        let has = |name: &str| columns.iter().any(|column| column == name);
        let mine = match table.as_str() {
            "companies" => format!("id = {company}"),
            "users" => format!("id IN (SELECT user_id FROM memberships WHERE company_id = {company})"),
            _ if has("company_id") => format!("company_id = {company}"),
            _ if has("channel_id") => format!("channel_id IN (SELECT id FROM channels WHERE company_id = {company})"),
            name if NOBODYS.contains(&name) => continue,
            name => panic!("whose are the rows of {name}? Say so here."),
        };
        let row = match hub.database {
            Some(_) => "CAST(t.* AS text)".to_owned(),
            None => columns.iter().map(|c| format!("quote(t.\"{c}\")")).collect::<Vec<_>>().join(" || '|' || "),
        };
        let mut rows = lines(hub, &format!("SELECT {row} AS line FROM {table} t WHERE {mine}")).await;
        rows.sort();
        found.insert(table, rows);
    }
    assert!(found.len() > 25, "only {} tables were read", found.len());
    found
}

/// Once nothing changes any more by itself.
pub async fn settled(hub: &Hub, company: i64) -> Belongings {
    let mut last = belongings(hub, company).await;
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        let now = belongings(hub, company).await;
        if now == last {
            return now;
        }
        last = now;
    }
    panic!("the company's rows keep changing");
}

async fn tables(hub: &Hub) -> Vec<String> {
    let sql = match hub.database {
        Some(_) => {
            "SELECT relname::text AS line FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \
             AND relname NOT LIKE '%diesel%'"
        }
        None => {
            "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%diesel%'"
        }
    };
    lines(hub, sql).await
}

async fn columns(hub: &Hub, table: &str) -> Vec<String> {
    let sql = match hub.database {
        Some(_) => format!(
            "SELECT attname::text AS line FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
        ),
        None => format!("SELECT name AS line FROM pragma_table_info('{table}')"),
    };
    lines(hub, &sql).await
}
