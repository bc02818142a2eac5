//! What a channel tells about a customer.
use crate::domain::channel::{Profile, shared_number};
use crate::domain::text::one_line;

use super::unit::{Base, CustomerChange, Unit};

/// Of a name, in characters.
const LONGEST_NAME: usize = 200;

/// Keeps what the channel tells about the customer: where we knew nothing yet, and a username that is another one now. A name
/// is what can be seen of it: a blank one is none, and none turns round what stands beside it.
pub(super) fn learn(unit: &mut Unit, profile: &Profile) {
    let customer = &mut unit.after.customer;
    let mut change = CustomerChange::default();
    let name = one_line(&profile.name, LONGEST_NAME);
    if !name.is_empty() && one_line(&customer.name, LONGEST_NAME).is_empty() {
        customer.name.clone_from(&name);
        change.name = Some(name);
    }
    if profile.username.is_some() && customer.username != profile.username {
        customer.username.clone_from(&profile.username);
        change.username.clone_from(&profile.username);
    }
    let fill = |have: &mut Option<String>, told: &Option<String>, out: &mut Option<String>| {
        if have.is_none() && told.is_some() {
            have.clone_from(told);
            out.clone_from(told);
        }
    };
    fill(&mut customer.language, &profile.language, &mut change.language);
    fill(&mut customer.phone, &profile.phone, &mut change.phone);
    // Also where the number came before it was known how to dial it. A channel that tells the number with each message tells it whole:
    // that is nothing new.
    let whole = profile.phone.as_deref().is_some_and(|phone| phone.starts_with('+'));
    if profile.phone.is_some() && customer.phone == profile.phone && (change.phone.is_some() || !whole) {
        change.phone_e164 = profile.phone.as_deref().and_then(shared_number);
    }
    note(unit, change);
}

/// A group, or a topic of it, that is called otherwise from now on.
pub(super) fn rename(unit: &mut Unit, name: &str) {
    let name = one_line(name, LONGEST_NAME);
    if !name.is_empty() && unit.after.customer.name != name {
        unit.after.customer.name.clone_from(&name);
        note(unit, CustomerChange { name: Some(name), ..CustomerChange::default() });
    }
}

/// A customer who begins with this unit is written as `after` has them.
fn note(unit: &mut Unit, change: CustomerChange) {
    if change == CustomerChange::default() || matches!(unit.base, Base::New(_)) {
        return;
    }
    // Another input of the same unit may have told something else.
    let told = unit.customer.get_or_insert_default();
    told.name = change.name.or(told.name.take());
    told.username = change.username.or(told.username.take());
    told.language = change.language.or(told.language.take());
    told.phone = change.phone.or(told.phone.take());
    told.phone_e164 = change.phone_e164.or(told.phone_e164.take());
}
