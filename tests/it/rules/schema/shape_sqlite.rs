//! What SQLite says it holds.

use diesel_async::RunQueryDsl;
use switchboard::db::sqlite::Conn;

use super::Shape;
use super::base::{Line, plain};

/// The counter of unit ids is a table here and a sequence there; the index of words is each database's own.
const TABLES: &str = "sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND m.name <> 'ids' AND m.name NOT LIKE 'message\\_words%' ESCAPE '\\'";

pub async fn shape(c: &mut Conn) -> Shape {
    let tables = format!("(SELECT m.name, m.sql FROM {TABLES}) m");
    let column = "CASE upper(c.type) WHEN 'INTEGER' THEN 'BigInt' WHEN 'BIGINT' THEN 'BigInt' WHEN 'TEXT' THEN 'Text' \
                  WHEN 'BOOLEAN' THEN 'Bool' WHEN 'JSON_TEXT' THEN 'Json' WHEN 'BLOB' THEN 'Binary' ELSE c.type END";
    let simple = [
        format!(
            "SELECT 'column ' || m.name || '.' || c.name || ' ' || CASE WHEN c.\"notnull\" THEN {column} \
             ELSE 'Nullable<' || {column} || '>' END AS line FROM {tables}, pragma_table_info(m.name) c"
        ),
        format!(
            "SELECT 'primary ' || m.name || ' (' || group_concat(c.name, ', ' ORDER BY c.pk) || ')' AS line \
             FROM {tables}, pragma_table_info(m.name) c WHERE c.pk > 0 GROUP BY m.name"
        ),
        format!(
            "SELECT 'default ' || m.name || '.' || c.name || ' ' || CASE upper(c.dflt_value) WHEN 'TRUE' THEN 'true' WHEN 'FALSE' THEN 'false' ELSE c.dflt_value END AS line \
             FROM {tables}, pragma_table_info(m.name) c WHERE c.dflt_value IS NOT NULL"
        ),
        format!("SELECT 'drawn ' || m.name || '.id' AS line FROM {tables} WHERE m.sql LIKE '%AUTOINCREMENT%'"),
        "SELECT 'drawn in units' AS line FROM sqlite_schema WHERE name = 'ids'".into(),
        format!(
            "SELECT 'foreign ' || m.name || ' FOREIGN KEY (' || group_concat(f.\"from\", ', ' ORDER BY f.seq) || ') REFERENCES ' \
             || f.\"table\" || '(' || group_concat(f.\"to\", ', ' ORDER BY f.seq) || ')' || \
             CASE f.on_delete WHEN 'NO ACTION' THEN '' ELSE ' ON DELETE ' || f.on_delete END AS line \
             FROM {tables}, pragma_foreign_key_list(m.name) f GROUP BY m.name, f.id"
        ),
        format!(
            "SELECT 'unique ' || m.name || ' (' || group_concat(k.name, ', ' ORDER BY k.seqno) || ')' AS line \
             FROM {tables}, pragma_index_list(m.name) i, pragma_index_info(i.name) k WHERE i.origin = 'u' GROUP BY m.name, i.name"
        ),
    ];
    let mut shape = Shape::new();
    for sql in simple {
        shape.extend(lines(c, &sql).await);
    }
    let indexes = format!(
        "SELECT 'index ' || i.name || ' ON ' || m.name || ' (' || \
         group_concat(k.name || CASE k.desc WHEN 1 THEN ' DESC' ELSE '' END, ', ' ORDER BY k.seqno) || ')' || \
         CASE i.\"unique\" WHEN 1 THEN ' unique' ELSE '' END || char(9) || s.sql AS line \
         FROM {tables}, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) k, sqlite_schema s \
         WHERE i.origin = 'c' AND k.key = 1 AND s.name = i.name GROUP BY m.name, i.name"
    );
    for line in lines(c, &indexes).await {
        let (line, sql) = line.split_once('\t').expect("two parts");
        let condition = sql.split_once(" WHERE ").map(|(_, condition)| format!(" where {}", plain(condition)));
        shape.insert(format!("{line}{}", condition.unwrap_or_default()));
    }
    for table in lines(c, &format!("SELECT m.name || char(9) || m.sql AS line FROM {TABLES}")).await {
        let (name, sql) = table.split_once('\t').expect("two parts");
        for check in sql.split("CHECK (").skip(1) {
            shape.insert(format!("check {name} {}", plain(balanced(check))));
        }
    }
    shape
}

/// Up to the parenthesis that closes one opened before.
fn balanced(text: &str) -> &str {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth < 0
    });
    &text[..end.expect("a closed CHECK")]
}

pub async fn relations(c: &mut Conn) -> Vec<String> {
    lines(c, "SELECT name AS line FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE '%diesel%'").await
}

async fn lines(c: &mut Conn, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(c).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter().map(|row| row.line).collect()
}
