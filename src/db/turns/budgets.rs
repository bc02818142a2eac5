//! A day's budgets of a company and its channels: setting aside, giving back, settling.
//!
//! Whoever touches budgets locks the company's own row (channel 0) first, before the books (`ai_spend`) and whatever else of
//! that company and day: whoever holds it decides alone, and two who come at once cannot wait for each other. What is paid
//! out of a purse touches the books alone.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::schema::{ai_budgets, ai_reservations, ai_spend};
use crate::db::turns::{CallCost, SetAside};
use crate::domain::agent::budget::{Booked, Room, room};
use crate::domain::clock::{DAY, Micros};
use crate::domain::ids::{ChannelId, CompanyId};

/// The row that stands for all channels of a company.
const WHOLE: ChannelId = ChannelId::NONE;

#[derive(QueryableByName)]
struct BudgetUse {
    #[diesel(sql_type = BigInt)]
    channel_id: ChannelId,
    #[diesel(sql_type = BigInt)]
    spent_micros: i64,
    #[diesel(sql_type = BigInt)]
    reserved_micros: i64,
}

/// Books `spent` on both rows, makes them where they are missing, and keeps them locked; returns what stands there now.
async fn book(
    c: &mut Conn,
    company: CompanyId,
    day: i64,
    channel: ChannelId,
    spent: i64,
) -> QueryResult<HashMap<ChannelId, Booked>> {
    // All of them are our own numbers, so they may stand in the text.
    let sql = format!(
        "INSERT INTO ai_budgets (company_id, day, channel_id, spent_micros) \
         VALUES ({company}, {day}, {WHOLE}, {spent}), ({company}, {day}, {channel}, {spent}) \
         ON CONFLICT (company_id, day, channel_id) DO UPDATE SET spent_micros = ai_budgets.spent_micros + excluded.spent_micros \
         RETURNING channel_id, spent_micros, reserved_micros"
    );
    let lines: Vec<BudgetUse> = diesel::sql_query(sql).load(c).await?;
    Ok(lines.into_iter().map(|l| (l.channel_id, Booked { spent: l.spent_micros, reserved: l.reserved_micros })).collect())
}

pub(super) async fn reserve(c: &mut Conn, company: CompanyId, day: i64, channel: ChannelId, micros: i64) -> QueryResult<()> {
    use ai_budgets::dsl as b;
    let rows =
        b::ai_budgets.filter(b::company_id.eq(company)).filter(b::day.eq(day)).filter(b::channel_id.eq_any([WHOLE, channel]));
    diesel::update(rows).set(b::reserved_micros.eq(b::reserved_micros + micros)).execute(c).await.map(|_| ())
}

/// What stands against both budgets of a day.
#[derive(Clone, Copy)]
pub(super) struct Bookings {
    pub company: Booked,
    pub channel: Booked,
}

impl Bookings {
    pub fn reserve(&mut self, micros: i64) {
        self.company.reserved += micros;
        self.channel.reserved += micros;
    }

    /// Is there room for a call?
    pub fn room(&self, [company, channel]: [Option<i64>; 2], estimate: i64) -> Room {
        room(company, self.company, estimate).max(room(channel, self.channel, estimate))
    }
}

/// Locks both rows and says what stands there, without what was held by somebody who has died.
pub(super) async fn stand(c: &mut Conn, wanted: &CallCost) -> QueryResult<Bookings> {
    use ai_reservations::dsl as r;
    let CallCost { company_id: company, channel_id: channel, now, .. } = *wanted;
    let day = now.div_euclid(DAY);
    let mut booked = book(c, company, day, channel, 0).await?;
    let overdue: Vec<(i64, ChannelId, i64)> =
        diesel::delete(r::ai_reservations.filter(r::company_id.eq(company)).filter(r::expires_at.le(now)))
            .returning((r::day, r::channel_id, r::micros))
            .get_results(c)
            .await?;
    for (of_day, of, micros) in overdue {
        reserve(c, company, of_day, of, -micros).await?;
        for id in [WHOLE, of] {
            if let Some(line) = booked.get_mut(&id).filter(|_| of_day == day) {
                line.reserved -= micros;
            }
        }
    }
    let of = |id: ChannelId| booked.get(&id).copied().unwrap_or_default();
    Ok(Bookings { company: of(WHOLE), channel: of(channel) })
}

/// What was paid out of purses stands in the books alone (`ai_spend`), by the transaction that stored what it was for. So the
/// books say what was spent.
pub(super) async fn count_purses(c: &mut Conn, wanted: &CallCost, standing: &mut Bookings) -> QueryResult<()> {
    use ai_spend::dsl as s;
    let day = wanted.now.div_euclid(DAY);
    let today = s::ai_spend.filter(s::company_id.eq(wanted.company_id)).filter(s::day.eq(day));
    let costs: Vec<(ChannelId, i64)> = today.select((s::channel_id, s::cost_micros)).load(c).await?;
    let here = costs.iter().filter(|(channel, _)| *channel == wanted.channel_id).map(|(_, cost)| cost).sum();
    let lines = [
        (WHOLE, costs.iter().map(|(_, cost)| cost).sum(), &mut standing.company),
        (wanted.channel_id, here, &mut standing.channel),
    ];
    for (channel, spent, line) in lines {
        if line.spent != spent {
            line.spent = spent;
            let row = ai_budgets::table.find((wanted.company_id, day, channel));
            diesel::update(row).set(ai_budgets::spent_micros.eq(spent)).execute(c).await?;
        }
    }
    Ok(())
}

pub(super) async fn set_aside_in(c: &mut Conn, wanted: &CallCost, standing: &Bookings) -> QueryResult<SetAside> {
    match standing.room(wanted.budgets, wanted.estimate) {
        Room::Spent => Ok(SetAside::Spent),
        Room::Later => Ok(SetAside::Later),
        Room::Free => hold(c, wanted, wanted.estimate).await.map(SetAside::Done),
    }
}

/// A row of its own for so much.
pub(super) async fn hold(c: &mut Conn, wanted: &CallCost, micros: i64) -> QueryResult<i64> {
    use ai_reservations::dsl as r;
    let CallCost { company_id: company, channel_id: channel, now, until, .. } = *wanted;
    let day = now.div_euclid(DAY);
    reserve(c, company, day, channel, micros).await?;
    let row =
        (r::company_id.eq(company), r::day.eq(day), r::channel_id.eq(channel), r::micros.eq(micros), r::expires_at.eq(until));
    diesel::insert_into(r::ai_reservations).values(row).returning(r::id).get_result(c).await
}

/// Nothing was spent.
pub async fn give_back(c: &mut Conn, reservation: i64) -> QueryResult<()> {
    use ai_reservations::dsl as r;
    let held: Option<(CompanyId, i64, ChannelId)> =
        r::ai_reservations.find(reservation).select((r::company_id, r::day, r::channel_id)).first(c).await.optional()?;
    let Some((company, day, channel)) = held else { return Ok(()) };
    lock(c, company, day, channel).await?;
    end(c, reservation).await
}

pub(super) async fn lock(c: &mut Conn, company: CompanyId, day: i64, channel: ChannelId) -> QueryResult<()> {
    book(c, company, day, channel, 0).await.map(|_| ())
}

/// What a call has cost stands against the budgets of its day, and what it had set aside no more.
pub(super) async fn settle(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    cost: i64,
    reservation: i64,
    at: Micros,
) -> QueryResult<()> {
    book(c, company, at.div_euclid(DAY), channel, cost).await?;
    end(c, reservation).await
}

/// Once, whoever comes first: one that was given back by time is gone.
pub(super) async fn end(c: &mut Conn, reservation: i64) -> QueryResult<()> {
    use ai_reservations::dsl as r;
    let ended: Option<(CompanyId, i64, ChannelId, i64)> = diesel::delete(r::ai_reservations.find(reservation))
        .returning((r::company_id, r::day, r::channel_id, r::micros))
        .get_result(c)
        .await
        .optional()?;
    match ended {
        Some((company, day, channel, micros)) => reserve(c, company, day, channel, -micros).await,
        None => Ok(()),
    }
}
