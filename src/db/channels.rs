//! Channels as the API keeps them.
use super::store::ops;

ops! {
    read channels::channels_by_health() -> Vec<(String, i64)>;
}
