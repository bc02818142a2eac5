//! What PostgreSQL says it holds.

use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::Shape;
use super::base::{Line, plain};

/// Without the index of words, which is each database's own.
const TABLES: &str = "(SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '%diesel%' AND relname <> 'message_words') m";

pub async fn shape(c: &mut AsyncPgConnection) -> Shape {
    let column = "CASE format_type(a.atttypid, a.atttypmod) WHEN 'bigint' THEN 'BigInt' WHEN 'text' THEN 'Text' \
                  WHEN 'boolean' THEN 'Bool' WHEN 'json' THEN 'Json' WHEN 'bytea' THEN 'Binary' \
                  ELSE format_type(a.atttypid, a.atttypmod) END";
    let columns = format!("{TABLES} JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped");
    let constraints = format!("{TABLES} JOIN pg_constraint k ON k.conrelid = m.oid");
    let names = "(SELECT string_agg(a.attname, ', ' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY u(num, n) \
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num)";
    let simple = [
        format!(
            "SELECT 'column ' || m.relname || '.' || a.attname || ' ' || CASE WHEN a.attnotnull THEN {column} \
             ELSE 'Nullable<' || {column} || '>' END AS line FROM {columns}"
        ),
        format!("SELECT 'primary ' || m.relname || ' (' || {names} || ')' AS line FROM {constraints} WHERE k.contype = 'p'"),
        format!("SELECT 'unique ' || m.relname || ' (' || {names} || ')' AS line FROM {constraints} WHERE k.contype = 'u'"),
        format!(
            "SELECT 'foreign ' || m.relname || ' ' || pg_get_constraintdef(k.oid) AS line FROM {constraints} WHERE k.contype = 'f'"
        ),
        format!("SELECT 'drawn ' || m.relname || '.' || a.attname AS line FROM {columns} WHERE a.attidentity = 'd'"),
        "SELECT 'drawn in units' AS line FROM pg_class WHERE relkind = 'S' AND relname = 'unit_ids'".into(),
        format!(
            "SELECT 'default ' || m.relname || '.' || a.attname || ' ' || \
             regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::[a-z]+$', '') AS line \
             FROM {columns} JOIN pg_attrdef d ON d.adrelid = m.oid AND d.adnum = a.attnum"
        ),
    ];
    let mut shape = Shape::new();
    for sql in simple {
        shape.extend(lines(c, &sql).await);
    }
    let checks =
        format!("SELECT m.relname || E'\\t' || pg_get_constraintdef(k.oid) AS line FROM {constraints} WHERE k.contype = 'c'");
    for check in lines(c, &checks).await {
        let (table, condition) = check.split_once('\t').expect("two parts");
        shape.insert(format!("check {table} {}", plain(condition)));
    }
    // Those that no constraint stands for; the columns of an index are `pg_attribute` rows of its own.
    let indexes = format!(
        "SELECT 'index ' || i.relname || ' ON ' || m.relname || ' (' || (SELECT string_agg(a.attname || \
           CASE WHEN x.indoption[a.attnum - 1] & 1 = 1 THEN ' DESC' ELSE '' END, ', ' ORDER BY a.attnum) \
           FROM pg_attribute a WHERE a.attrelid = i.oid) || ')' || CASE WHEN x.indisunique THEN ' unique' ELSE '' END \
           || E'\\t' || coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS line \
         FROM {TABLES} JOIN pg_index x ON x.indrelid = m.oid JOIN pg_class i ON i.oid = x.indexrelid \
         WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u'))"
    );
    for index in lines(c, &indexes).await {
        let (line, condition) = index.split_once('\t').expect("two parts");
        let condition = if condition.is_empty() { String::new() } else { format!(" where {}", plain(condition)) };
        shape.insert(format!("{line}{condition}"));
    }
    shape
}

pub async fn relations(c: &mut AsyncPgConnection) -> Vec<String> {
    let sql = "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '%diesel%' \
               UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace";
    lines(c, sql).await
}

async fn lines(c: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(c).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter().map(|row| row.line).collect()
}
