//! Reads whole tables through `src/db/schema.rs`, each column as the type that diesel is told it has.

use std::collections::{BTreeMap, BTreeSet};

use diesel::sql_types::{BigInt, Binary, Bool, Json, Nullable, Text};
use diesel_async::RunQueryDsl;
use switchboard::db::schema;

use super::base::Base;

pub type Rows = BTreeMap<String, BTreeSet<Vec<String>>>;

/// How a value of this SQL type arrives in Rust, and how it is shown.
trait Cell {
    type Value;
    fn show(value: Self::Value) -> String;
}

macro_rules! cells {
    ($($sql:ty => $rust:ty, $show:expr;)+) => {$(
        impl Cell for $sql {
            type Value = $rust;
            fn show(value: $rust) -> String {
                $show(value)
            }
        }
    )+};
}
cells! {
    BigInt => i64, |v: i64| v.to_string();
    Text => String, |v: String| v;
    Bool => bool, |v: bool| v.to_string();
    Json => serde_json::Value, |v: serde_json::Value| v.to_string();
    Binary => Vec<u8>, hex::encode;
}

impl<T: Cell + diesel::sql_types::SqlType> Cell for Nullable<T>
where
    T: diesel::sql_types::SqlType<IsNull = diesel::sql_types::is_nullable::NotNull>,
{
    type Value = Option<T::Value>;
    fn show(value: Self::Value) -> String {
        value.map_or("null".into(), T::show)
    }
}

/// A table's type is the tuple of its columns' types.
trait Row {
    type Values;
    fn show(values: Self::Values) -> Vec<String>;
}

/// For the tuple of all the names given, and for each shorter one.
macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Cell, $($rest: Cell),*> Row for ($first, $($rest,)*) {
            type Values = ($first::Value, $($rest::Value,)*);
            #[allow(non_snake_case)]
            fn show(($first, $($rest,)*): Self::Values) -> Vec<String> {
                vec![<$first as Cell>::show($first), $(<$rest as Cell>::show($rest)),*]
            }
        }
        tuples!($($rest)*);
    };
}
tuples!(T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15 T16 T17 T18 T19 T20 T21 T22 T23 T24 T25 T26 T27 T28 T29 T30 T31 T32);

macro_rules! read_tables {
    ($c:expr, $($table:ident)+) => {{
        let mut all = Rows::new();
        $(
            let name = stringify!($table);
            let rows: Vec<<schema::$table::SqlType as Row>::Values> =
                schema::$table::table.load($c).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            all.insert(name.into(), rows.into_iter().map(<schema::$table::SqlType as Row>::show).collect());
        )+
        all
    }};
}

macro_rules! read_all {
    ($c:expr) => {
        read_tables!(
            $c,
            meta companies company_feeds users memberships departments department_members sessions invites
            channels customers identities identity_keys conversations episodes messages message_revisions
            reactions attachments deliveries orphan_receipts read_states drafts notifications inbound_raw events timers jobs prompts
            agent_versions agent_runs audit_log leases nodes signals leads ai_settings ai_spend ai_budgets ai_reservations
            agent_tools notice_chats
            telegram_codes telegram_links search_cursors
        )
    };
}

pub async fn read(base: &Base) -> Rows {
    match base.sqlite().await {
        Some(mut c) => read_all!(&mut c),
        None => read_all!(&mut base.postgres().await),
    }
}
