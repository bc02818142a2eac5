//! Two rows for any table: one with only what it must have, one with everything. Keys are the row's number, so that rows of
//! the same number refer to each other.

use serde_json::json;

use super::Shape;
use super::file::Table;
use crate::support::Backend;

pub struct Row {
    pub table: String,
    cells: Vec<(String, Cell)>,
    /// What reading shows, column by column.
    pub shown: Vec<String>,
}

enum Cell {
    Plain(String),
    Quoted(String),
    Bytes(Vec<u8>),
}

impl Row {
    pub fn insert(&self, backend: Backend) -> String {
        let names: Vec<String> = self.cells.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values: Vec<String> = self.cells.iter().map(|(_, cell)| cell.literal(backend)).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.table, names.join(", "), values.join(", "))
    }
}

impl Cell {
    fn literal(&self, backend: Backend) -> String {
        match (self, backend) {
            (Cell::Plain(text), _) => text.clone(),
            (Cell::Quoted(text), _) => format!("'{}'", text.replace('\'', "''")),
            (Cell::Bytes(bytes), Backend::Sqlite) => format!("X'{}'", hex::encode(bytes)),
            (Cell::Bytes(bytes), Backend::Postgres) => format!("'\\x{}'::bytea", hex::encode(bytes)),
        }
    }

    fn shown(&self) -> String {
        match self {
            Cell::Plain(text) | Cell::Quoted(text) => text.clone(),
            Cell::Bytes(bytes) => hex::encode(bytes),
        }
    }
}

pub fn rows_for(tables: &[Table], shape: &Shape) -> Vec<Row> {
    tables.iter().flat_map(|table| [minimal(table, shape), whole(table, shape)]).collect()
}

fn minimal(table: &Table, shape: &Shape) -> Row {
    let mut row = Row { table: table.name.clone(), cells: vec![], shown: vec![] };
    for (at, (name, kind)) in table.columns.iter().enumerate() {
        let place = format!("{}.{name}", table.name);
        let default = shape.iter().find_map(|line| line.strip_prefix(&format!("default {place} ")));
        if kind.starts_with("Nullable<") {
            row.shown.push("null".into());
        } else if let Some(default) = default {
            row.shown.push(default.trim_matches('\'').into());
        } else if shape.contains(&format!("drawn {place}")) {
            // The first one drawn.
            row.shown.push("1".into());
        } else {
            row.fill(table, shape, at, 1);
        }
    }
    row
}

fn whole(table: &Table, shape: &Shape) -> Row {
    let mut row = Row { table: table.name.clone(), cells: vec![], shown: vec![] };
    for at in 0..table.columns.len() {
        row.fill(table, shape, at, 2);
    }
    row
}

impl Row {
    fn fill(&mut self, table: &Table, shape: &Shape, at: usize, number: i64) {
        let (name, kind) = &table.columns[at];
        let bare = kind.trim_start_matches("Nullable<").trim_end_matches('>');
        let cell = match bare {
            "BigInt" if is_key(table, shape, name) => Cell::Plain(number.to_string()),
            // Past what 32 bits and a double's whole numbers hold.
            "BigInt" => Cell::Plain((i64::MAX - 1000 * number - at as i64).to_string()),
            "Bool" => Cell::Plain((number == 1).to_string()),
            "Json" => Cell::Quoted(json!({ name: [number, "ә'\"", null, 0.5] }).to_string()),
            "Binary" => Cell::Bytes(vec![0, 0xFF, b'\'', number as u8]),
            "Text" => Cell::Quoted(match words(table, shape, name).as_slice() {
                [] => format!("{}.{name} {number}: 'қ' \\ \" 😀", table.name),
                words => words[if number == 1 { 0 } else { words.len() - 1 }].clone(),
            }),
            other => panic!("{}.{name}: a type that no test knows: {other}", table.name),
        };
        self.shown.push(cell.shown());
        self.cells.push((name.clone(), cell));
    }
}

/// Part of the primary key, or of a reference to another table.
fn is_key(table: &Table, shape: &Shape, column: &str) -> bool {
    let has = |list: &str| list.split(", ").any(|name| name == column);
    let foreign = format!("foreign {} FOREIGN KEY (", table.name);
    has(&table.primary) || shape.iter().filter_map(|line| line.strip_prefix(&foreign)?.split(')').next()).any(has)
}

/// The words that the column's CHECK lets in.
fn words(table: &Table, shape: &Shape, column: &str) -> Vec<String> {
    let check = format!("check {} {column}IN", table.name);
    let list = shape.iter().find_map(|line| line.strip_prefix(&check)).unwrap_or_default();
    list.split(',').filter(|word| !word.is_empty()).map(|word| word.trim_matches('\'').to_owned()).collect()
}
