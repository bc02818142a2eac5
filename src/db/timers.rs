//! What conversations wait for, by the clock.
use crate::domain::clock::Micros;
use crate::domain::conversation::TimerKind;

/// A timer whose time has come. Whether it still stands is decided by its conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DueTimer {
    pub id: i64,
    pub conversation_id: i64,
    pub kind: TimerKind,
    pub due_at: Micros,
}

impl DueTimer {
    /// Its place in the order in which timers come due.
    pub fn place(&self) -> (Micros, i64) {
        (self.due_at, self.id)
    }
}

super::ops! {
    read timers::due_timers(now: Micros, after: Option<(Micros, i64)>, limit: i64) -> Vec<DueTimer>;
}
