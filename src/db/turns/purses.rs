//! Money that a process takes into memory for many calls of a channel: one row of `ai_reservations` for all of them. What is
//! paid out of it stands in `ai_spend` by the unit that stores the call's end, and the budget's rows learn of it when the purse
//! is filled again. Until then it counts twice, which is the safe side; whoever dies with a purse gives it back by time.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::budgets::{Bookings, count_purses, end, hold, lock, reserve, set_aside_in, stand};
use crate::db::schema::ai_reservations::dsl as r;
use crate::db::turns::{CallCost, Filled};
use crate::domain::agent::budget::for_a_purse;
use crate::domain::clock::DAY;
use crate::domain::ids::{ChannelId, CompanyId};

/// `own`: the purse that is to be filled again, and how much of it calls under way hold.
pub async fn fill_purse(c: &mut Conn, wanted: CallCost, own: Option<(i64, i64)>) -> QueryResult<Filled> {
    let mut standing = stand(c, &wanted).await?;
    count_purses(c, &wanted, &mut standing).await?;
    let own = match own {
        Some((id, held)) => keep(c, &wanted, id, held, &mut standing).await?,
        None => None,
    };
    let left = wanted.budgets.into_iter().zip([standing.company, standing.channel]);
    let left = left.filter_map(|(budget, booked)| Some(budget? - booked.spent - booked.reserved)).min();
    let Some(free) = left.and_then(|left| for_a_purse(left, wanted.estimate)) else {
        return set_aside_in(c, &wanted, &standing).await.map(Filled::One);
    };
    let id = match own {
        Some(id) => {
            reserve(c, wanted.company_id, wanted.now.div_euclid(DAY), wanted.channel_id, free).await?;
            diesel::update(r::ai_reservations.find(id)).set(r::micros.eq(r::micros + free)).execute(c).await?;
            id
        }
        None => hold(c, &wanted, free).await?,
    };
    Ok(Filled::Purse { id, free })
}

/// What calls under way hold stays, and lives on; the rest is free. `None`: there is no such purse any more.
async fn keep(c: &mut Conn, wanted: &CallCost, id: i64, held: i64, standing: &mut Bookings) -> QueryResult<Option<i64>> {
    let found: Option<(i64, i64)> = r::ai_reservations.find(id).select((r::day, r::micros)).first(c).await.optional()?;
    let Some((_, micros)) = found.filter(|(day, _)| *day == wanted.now.div_euclid(DAY)) else { return Ok(None) };
    if held == 0 {
        end(c, id).await?;
        standing.reserve(-micros);
        return Ok(None);
    }
    let CallCost { company_id: company, channel_id: channel, now, until, .. } = *wanted;
    diesel::update(r::ai_reservations.find(id)).set((r::micros.eq(held), r::expires_at.eq(until))).execute(c).await?;
    reserve(c, company, now.div_euclid(DAY), channel, held - micros).await?;
    standing.reserve(held - micros);
    Ok(Some(id))
}

/// Gives back what no call holds.
pub async fn keep_in_purse(c: &mut Conn, purse: i64, held: i64) -> QueryResult<()> {
    let of: Option<(CompanyId, i64, ChannelId)> =
        r::ai_reservations.find(purse).select((r::company_id, r::day, r::channel_id)).first(c).await.optional()?;
    let Some((company, day, channel)) = of else { return Ok(()) };
    lock(c, company, day, channel).await?;
    // Whoever looked before the lock may have looked too early.
    let micros: Option<i64> = r::ai_reservations.find(purse).select(r::micros).first(c).await.optional()?;
    let Some(micros) = micros.filter(|micros| *micros > held) else { return Ok(()) };
    diesel::update(r::ai_reservations.find(purse)).set(r::micros.eq(held)).execute(c).await?;
    reserve(c, company, day, channel, held - micros).await
}
