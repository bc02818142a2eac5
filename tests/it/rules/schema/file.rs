//! What `src/db/schema.rs` says.

const TEXT: &str = include_str!("../../../../src/db/schema.rs");

pub struct Table {
    pub name: String,
    pub primary: String,
    /// Name and type, in the order of the file.
    pub columns: Vec<(String, String)>,
}

impl Table {
    pub fn lines(&self) -> Vec<String> {
        let columns = self.columns.iter().map(|(name, kind)| format!("column {}.{name} {kind}", self.name));
        columns.chain([format!("primary {} ({})", self.name, self.primary)]).collect()
    }
}

pub fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for part in TEXT.split("diesel::table! {").skip(1) {
        let mut lines = part.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let head = lines.next().expect("a table's head");
        let (name, rest) = head.split_once(" (").expect("`name (key) {`");
        let primary = rest.split(')').next().expect("a key").into();
        let columns = lines.map_while(|line| line.strip_suffix(',')?.split_once(" -> "));
        let columns = columns.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect();
        tables.push(Table { name: name.into(), primary, columns });
    }
    assert_eq!(tables.len(), TEXT.matches("table! {").count());
    tables
}
