//! The hot path in few round trips: one statement looks at all that a batch of units stands on, one draws its numbers, one
//! writes its rows. Their texts are constant, so each connection prepares them once.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde::Serialize;

use super::jobs::CLOCK;
use super::{Conn, Db};
use crate::db::bulk::{Asked, Batch, Known, Numbers};
use crate::db::cached::Cached;
use crate::db::rows::*;
use crate::db::schema::*;
use crate::domain::conversation::{CompanyNumbers, State};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};

#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// Locks the conversations in the order of their ids and looks at the rest. The rest is seen as it was before the locks were
/// had: what another node commits meanwhile shows when the rows are written, by a count or a unique index.
const LOOK: &str = "\
WITH locked AS MATERIALIZED (SELECT id, version FROM conversations WHERE id = ANY($1) ORDER BY id FOR UPDATE) \
SELECT 'version'::text AS what, id, version AS number, NULL::text AS text FROM locked \
UNION ALL SELECT 'key', w.channel, NULL, w.key FROM unnest($2, $3) AS w (channel, key) \
  WHERE EXISTS (SELECT FROM identity_keys k WHERE k.channel_id = w.channel AND k.key = w.key) \
UNION ALL SELECT 'raw', w.channel, NULL, w.external FROM unnest($4, $5) AS w (channel, external) \
  WHERE EXISTS (SELECT FROM inbound_raw r WHERE r.channel_id = w.channel AND r.external_id = w.external \
    AND r.state <> 'attempted') \
UNION ALL SELECT 'client', w.place, m.id, m.content_hash \
  FROM unnest($6, $7, $8) WITH ORDINALITY AS w (company, sender, client, place) \
  CROSS JOIN LATERAL (SELECT m.id, m.content_hash FROM messages m WHERE m.company_id = w.company AND m.sender = w.sender \
    AND m.client_id = w.client LIMIT 1) AS m \
UNION ALL SELECT 'delivery', d.id, NULL, d.state FROM deliveries d WHERE d.id = ANY($9)";

pub async fn look(c: &mut Conn, asked: &Asked<'_>) -> QueryResult<Known> {
    let (key_channels, keys): (Vec<ChannelId>, Vec<&str>) = asked.keys.iter().copied().unzip();
    let (raw_channels, raws): (Vec<ChannelId>, Vec<&str>) = asked.raws.iter().copied().unzip();
    let companies: Vec<CompanyId> = asked.clients.iter().map(|c| c.0).collect();
    let senders: Vec<&str> = asked.clients.iter().map(|c| c.1).collect();
    let clients: Vec<&str> = asked.clients.iter().map(|c| c.2).collect();
    let seen: Vec<Seen> = Cached(
        diesel::sql_query(LOOK)
            .bind::<Array<BigInt>, _>(&asked.conversations)
            .bind::<Array<BigInt>, _>(key_channels)
            .bind::<Array<Text>, _>(keys)
            .bind::<Array<BigInt>, _>(raw_channels)
            .bind::<Array<Text>, _>(raws)
            .bind::<Array<BigInt>, _>(companies)
            .bind::<Array<Text>, _>(senders)
            .bind::<Array<Text>, _>(clients)
            .bind::<Array<BigInt>, _>(&asked.deliveries),
    )
    .load(c)
    .await?;
    let mut known = Known::default();
    for Seen { what, id, number, text } in seen {
        match what.as_str() {
            "version" => drop(known.versions.insert(ConversationId::new(id), number.unwrap_or_default())),
            "key" => drop(known.keys.insert((ChannelId::new(id), text.unwrap_or_default()))),
            "raw" => drop(known.raws.insert((ChannelId::new(id), text.unwrap_or_default()))),
            "client" => {
                if let Some((company, sender, client)) = asked.clients.get((id - 1) as usize) {
                    let key = (*company, (*sender).to_owned(), (*client).to_owned());
                    known.clients.insert(key, (MessageId::new(number.unwrap_or_default()), text));
                }
            }
            _ => drop(known.deliveries.insert(id, text.unwrap_or_default())),
        }
    }
    Ok(known)
}

#[derive(QueryableByName)]
struct Drawn {
    #[diesel(sql_type = BigInt)]
    company: CompanyId,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = BigInt)]
    customer: i64,
    #[diesel(sql_type = BigInt)]
    lead: i64,
}

/// Company 0 stands for the ids. The feeds are locked in the order of their companies, after the conversations.
const DRAW: &str = "\
WITH wanted AS (SELECT * FROM unnest($1, $2, $3, $4) AS w (company, n, customers, leads)), \
held AS MATERIALIZED (SELECT company_id FROM company_feeds WHERE company_id = ANY($1) ORDER BY company_id FOR UPDATE), \
fed AS (UPDATE company_feeds AS f SET last_seq = f.last_seq + w.n, last_customer = f.last_customer + w.customers, \
  last_lead = f.last_lead + w.leads FROM wanted w JOIN held h ON h.company_id = w.company WHERE f.company_id = w.company \
  RETURNING f.company_id, f.last_seq - w.n + 1 AS first, f.last_customer - w.customers + 1 AS customer, \
  f.last_lead - w.leads + 1 AS lead) \
SELECT company_id AS company, first AS number, customer, lead FROM fed \
UNION ALL SELECT 0, nextval('unit_ids'), 0, 0 FROM generate_series(1, $5)";

#[derive(QueryableByName)]
struct NextId {
    #[diesel(sql_type = BigInt)]
    nextval: i64,
}

/// Draws `n` rising ids.
pub async fn draw_ids(c: &mut Conn, n: usize) -> QueryResult<std::vec::IntoIter<i64>> {
    let draw = diesel::sql_query("SELECT nextval('unit_ids') FROM generate_series(1, $1)").bind::<BigInt, _>(n as i64);
    let rows: Vec<NextId> = Cached(draw).load(c).await?;
    let mut ids: Vec<i64> = rows.into_iter().map(|r| r.nextval).collect();
    ids.sort_unstable();
    Ok(ids.into_iter())
}

/// Reserves the companies' numbers, and rising ids. Other nodes draw from the same sequence in between, so the ids
/// rise but are not dense.
pub async fn draw(c: &mut Conn, wanted: &BTreeMap<CompanyId, CompanyNumbers>, ids: usize) -> QueryResult<Numbers> {
    // Whatever is counted is told by an event.
    let wanted: Vec<(CompanyId, CompanyNumbers)> = wanted.iter().filter(|(_, n)| n.seq > 0).map(|(c, n)| (*c, *n)).collect();
    let count = |of: fn(&CompanyNumbers) -> i64| wanted.iter().map(|(_, n)| of(n)).collect::<Vec<i64>>();
    let drawn: Vec<Drawn> = Cached(
        diesel::sql_query(DRAW)
            .bind::<Array<BigInt>, _>(wanted.iter().map(|(company, _)| *company).collect::<Vec<CompanyId>>())
            .bind::<Array<BigInt>, _>(count(|n| n.seq))
            .bind::<Array<BigInt>, _>(count(|n| n.customer))
            .bind::<Array<BigInt>, _>(count(|n| n.lead))
            .bind::<BigInt, _>(ids as i64),
    )
    .load(c)
    .await?;
    let (ids, first): (Vec<Drawn>, Vec<Drawn>) = drawn.into_iter().partition(|d| d.company == CompanyId::NONE);
    if first.len() != wanted.len() {
        return Err(diesel::result::Error::NotFound);
    }
    let mut ids: Vec<i64> = ids.into_iter().map(|d| d.number).collect();
    ids.sort_unstable();
    let numbers = |d: Drawn| (d.company, CompanyNumbers { seq: d.number, customer: d.customer, lead: d.lead });
    Ok(Numbers { first: first.into_iter().map(numbers).collect(), ids })
}

/// The columns of a row struct, as diesel selects them: whoever adds a field has added it here too.
fn columns<Q: diesel::query_builder::QueryFragment<Db>>(select: Q, table: &str) -> Vec<String> {
    let text = diesel::debug_query::<Db, _>(&select).to_string();
    let list = text.split(" FROM ").next().unwrap_or_default().trim_start_matches("SELECT ");
    list.split(", ").map(|column| column.replace(&format!("\"{table}\"."), "")).collect()
}

/// All rows of a batch in one statement, each table from a parameter of its own, as JSON. Foreign keys between rows of one
/// statement are checked at its end, so the order of its parts means nothing.
static WRITE: LazyLock<String> = LazyLock::new(|| {
    let mut sql = String::from("WITH ");
    let mut place = 0;
    macro_rules! insert {
        ($table:ident, $row:ty, $more:expr) => {{
            place += 1;
            let (table, list) = (stringify!($table), columns($table::table.select(<$row as SelectableHelper<Db>>::as_select()), stringify!($table)).join(", "));
            let _ = write!(
                sql,
                "new_{table} AS (INSERT INTO {table} ({list}) SELECT {list} FROM json_populate_recordset(NULL::{table}, ${place}::json){}), ",
                $more
            );
        }};
    }
    insert!(customers, CustomerRow, "");
    insert!(identities, IdentityRow, "");
    insert!(identity_keys, IdentityKeyRow, "");
    insert!(conversations, ConversationRow, "");
    insert!(episodes, EpisodeRow, "");
    insert!(messages, MessageRow, "");
    insert!(attachments, AttachmentRow, "");
    insert!(deliveries, DeliveryRow, "");
    insert!(events, EventRow, "");
    // A job is due by the database's clock, not by that of the node that causes it.
    place += 1;
    let list = columns(jobs::table.select(<QueuedJob as SelectableHelper<Db>>::as_select()), "jobs");
    let by_clock =
        |column: &String| if matches!(column.trim_matches('"'), "run_at" | "created_at") { CLOCK.into() } else { column.clone() };
    let values: Vec<String> = list.iter().map(by_clock).collect();
    let (list, values) = (list.join(", "), values.join(", "));
    let _ = write!(
        sql,
        "new_jobs AS (INSERT INTO jobs ({list}) SELECT {values} FROM json_populate_recordset(NULL::jobs, ${place}::json)), "
    );
    // A payload whose processing was attempted before has its row already: it becomes done.
    let attempted = " ON CONFLICT (channel_id, external_id) DO UPDATE SET state = 'done', conversation_id = EXCLUDED.conversation_id \
         WHERE inbound_raw.state = 'attempted' RETURNING 1";
    insert!(inbound_raw, RawRow, attempted);
    let set: Vec<String> = ConversationChange::COLUMNS.iter().map(|column| format!("{column} = x.{column}")).collect();
    let _ = write!(
        sql,
        "moved AS (UPDATE conversations AS c SET {} FROM json_populate_recordset(NULL::conversations, $12::json) AS x \
         WHERE c.id = x.id AND c.version = x.version - 1 RETURNING 1), \
         delivered AS (UPDATE deliveries AS d SET state = x.state, retries = x.retries, not_before = x.not_before, \
         uncertain_at = x.uncertain_at, provider_id = x.provider_id, claimed_at = x.claimed_at, error_code = x.error_code, \
         error_detail = x.error_detail, updated_at = x.updated_at FROM json_to_recordset($13::json) AS x (id BIGINT, \
         \"from\" TEXT, state TEXT, retries BIGINT, not_before BIGINT, uncertain_at BIGINT, provider_id TEXT, \
         claimed_at BIGINT, error_code TEXT, error_detail TEXT, updated_at BIGINT) \
         WHERE d.id = x.id AND d.state = x.\"from\" RETURNING 1), \
         shown AS (UPDATE messages AS m SET status = x.status, error_code = x.error_code, error_detail = x.error_detail, \
         provider_id = COALESCE(x.provider_id, m.provider_id), seq = x.seq FROM json_to_recordset($14::json) AS x (id BIGINT, \
         conversation_id BIGINT, status TEXT, error_code TEXT, error_detail TEXT, provider_id TEXT, seq BIGINT) \
         WHERE m.id = x.id AND m.conversation_id = x.conversation_id) \
         SELECT (SELECT COUNT(*) FROM new_inbound_raw) AS raws, (SELECT COUNT(*) FROM moved) AS moved, \
         (SELECT COUNT(*) FROM delivered) AS delivered",
        set.join(", ")
    );
    sql
});

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    raws: i64,
    #[diesel(sql_type = BigInt)]
    moved: i64,
    #[diesel(sql_type = BigInt)]
    delivered: i64,
}

fn json<T: Serialize>(rows: &[T]) -> QueryResult<String> {
    serde_json::to_string(rows).map_err(|e| diesel::result::Error::SerializationError(e.into()))
}

/// Writes the rows. False: another node has taken one of them meanwhile, and nothing may stay.
pub async fn write(c: &mut Conn, batch: &Batch, moved: &[(&State, i64)]) -> QueryResult<bool> {
    // Each stands on the version before its own.
    let moved: Vec<ConversationRow> = moved.iter().map(|(state, _)| ConversationRow::of(state)).collect();
    let written: Written = Cached(
        diesel::sql_query(WRITE.as_str())
            .bind::<Text, _>(json(&batch.customers)?)
            .bind::<Text, _>(json(&batch.identities)?)
            .bind::<Text, _>(json(&batch.keys)?)
            .bind::<Text, _>(json(&batch.conversations)?)
            .bind::<Text, _>(json(&batch.episodes)?)
            .bind::<Text, _>(json(&batch.messages)?)
            .bind::<Text, _>(json(&batch.attachments)?)
            .bind::<Text, _>(json(&batch.deliveries)?)
            .bind::<Text, _>(json(&batch.events)?)
            .bind::<Text, _>(json(&batch.jobs)?)
            .bind::<Text, _>(json(&batch.raws)?)
            .bind::<Text, _>(json(&moved)?)
            .bind::<Text, _>(json(&batch.delivered)?)
            .bind::<Text, _>(json(&batch.shown)?),
    )
    .get_result(c)
    .await?;
    let counts = (written.raws, written.moved, written.delivered);
    Ok(counts == (batch.raws.len() as i64, moved.len() as i64, batch.delivered.len() as i64))
}
