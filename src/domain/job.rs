//! Work off the hot path, as people are shown it.
use super::text::word_enum;

word_enum! {
    /// What is done has no row any more.
    JobState { Queued = "queued", Running = "running", Failed = "failed" }
}
word_enum! {
    /// Why a job waits, or was given up: what may be shown, whatever the provider's own words were.
    JobTrouble {
        /// The channel that it needs does not run here (now).
        NotConnected = "not_connected",
        /// The provider cannot be reached, or cannot do it now.
        Unavailable = "unavailable",
        /// The provider says no, and no other try will help.
        Refused = "refused",
        /// Our own storage cannot keep it.
        Storage = "storage",
        /// We have too much to do, or the database is away.
        Busy = "busy",
        /// It waits for its turn.
        Paced = "paced",
        /// The process stopped, or the run took too long.
        Interrupted = "interrupted",
        /// What the job says cannot be read.
        Unreadable = "unreadable",
    }
}
