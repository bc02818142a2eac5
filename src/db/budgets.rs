//! Money that is set aside before a model is asked, and settled afterwards.
use crate::domain::clock::Micros;

/// What one call may cost, of which budgets.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub company_id: i64,
    pub channel_id: i64,
    /// Of the company and of the channel, for this day; `None`: as much as it takes.
    pub budgets: [Option<i64>; 2],
    pub estimate: i64,
    pub now: Micros,
    /// Given back then, unless it was settled.
    pub until: Micros,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SetAside {
    /// Under this number it is settled or given back.
    Done(i64),
    /// Others under way hold what is left.
    Later,
    Spent,
}

super::ops! {
    write budgets::set_aside(wanted: Wanted) -> SetAside;
    write budgets::give_back(reservation: i64) -> ();
}
