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

/// With less left than so many calls may cost, each is settled by itself, to the cent.
const PLENTY: i64 = 32;
/// A purse never takes more than this part of what is left…
const PART: i64 = 8;
/// …nor more than so many calls may cost.
const CALLS: i64 = 64;

/// How much a process may take into memory when `left` is neither spent nor set aside; `None`: too little is left for that.
pub fn for_a_purse(left: i64, estimate: i64) -> Option<i64> {
    (left > 0 && left / PLENTY >= estimate).then(|| (left / PART).min(estimate.saturating_mul(CALLS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purse_takes_a_small_part_and_only_of_plenty() {
        assert_eq!(for_a_purse(0, 0), None);
        assert_eq!(for_a_purse(-5, 0), None);
        assert_eq!(for_a_purse(3_199, 100), None, "each by itself");
        assert_eq!(for_a_purse(3_200, 100), Some(400));
        assert_eq!(for_a_purse(80_000, 100), Some(6_400));
        assert_eq!(for_a_purse(i64::MAX, i64::MAX / 40), Some(i64::MAX / 8));
        for left in 1..5_000 {
            for estimate in [0, 1, 7, 100] {
                let purse = for_a_purse(left, estimate).unwrap_or(0);
                assert!(purse <= left / PART && (purse == 0 || purse >= 4 * estimate), "{left} {estimate}");
            }
        }
    }

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
