//! Whether there is money for one more call. What a call may cost is set aside before it begins and settled when it has ended,
//! so that many that begin at once do not all spend the same cent.

/// In millionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Booked {
    pub spent: i64,
    /// Set aside by calls under way.
    pub reserved: i64,
}

/// From the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    Free,
    /// Perhaps: when those under way have ended and cost less than they have set aside.
    Later,
    /// Nothing is left.
    Spent,
}

/// Is there room for a call that may cost `estimate`? One that finds nobody else under way may begin as long as anything is
/// left, however little: a budget is overspent by the last call, and by no more than it.
pub fn room(budget: Option<i64>, booked: Booked, estimate: i64) -> Room {
    let Some(budget) = budget else { return Room::Free };
    if booked.spent >= budget {
        Room::Spent
    } else if booked.reserved == 0 || booked.spent + booked.reserved + estimate <= budget {
        Room::Free
    } else {
        Room::Later
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_counts_as_spent_until_it_is_settled() {
        let booked = |spent, reserved| Booked { spent, reserved };
        assert_eq!(room(None, booked(i64::MAX, 5), 1), Room::Free);
        assert_eq!(room(Some(10), booked(0, 0), 100), Room::Free, "the first one, however little there is");
        assert_eq!(room(Some(10), booked(0, 3), 7), Room::Free);
        assert_eq!(room(Some(10), booked(0, 3), 8), Room::Later);
        assert_eq!(room(Some(10), booked(9, 0), 8), Room::Free, "the last one");
        assert_eq!(room(Some(10), booked(10, 0), 0), Room::Spent);
        assert_eq!(room(Some(0), booked(0, 0), 0), Room::Spent);
        assert_eq!(Room::Later.max(Room::Free), Room::Later);
    }
}
