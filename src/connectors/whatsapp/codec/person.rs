//! Who wrote: by number, by a name that is the same for every number of a business (`user_id`), or by both.
//!
//! Cloud API, business-scoped user ids: a customer with a username may have no number in `from` and `wa_id`; then `user_id`
//! (`KZ.1349…`) alone tells who they are.
use crate::connectors::fields::Fields;
use crate::domain::channel::Profile;

/// How a customer is known.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatsappPerson {
    /// The number's digits, or the user id where there is no number.
    pub key: String,
    /// The other name, where both are told: whatever comes under either is the same customer's.
    pub also: Option<String>,
    pub profile: Profile,
}

/// `contacts` are those of the whole change.
pub fn of(message: &Fields, contacts: &[Fields]) -> Option<WhatsappPerson> {
    let (from, from_user) = (message.word("from").filter(|from| is_number(from)), message.word("from_user_id"));
    let contact = contacts.iter().find(|contact| is_of(contact, from.as_deref(), from_user.as_deref())).or(match contacts {
        [only] => Some(only),
        _ => None,
    });
    let number = from.or_else(|| contact.and_then(|contact| contact.word("wa_id")).filter(|id| is_number(id)));
    let user = from_user.or_else(|| contact.and_then(|contact| contact.word("user_id")));
    let told = contact.and_then(|contact| contact.object("profile")).unwrap_or_default();
    let username = told.word("username").or_else(|| contact.and_then(|contact| contact.word("username")));
    let name = told.word("name").or_else(|| username.clone()).unwrap_or_default();
    let phone = number.as_ref().map(|digits| format!("+{digits}")).or_else(|| given(message));
    let profile = Profile { name, username, phone, language: None };
    let (key, also) = match (number, user) {
        (Some(number), user) => (number, user),
        (None, Some(user)) => (user, None),
        (None, None) => return None,
    };
    Some(WhatsappPerson { key, also, profile })
}

/// Cloud API: whoever presses the button of a contact request sends their own number as a card.
fn given(message: &Fields) -> Option<String> {
    if message.word("origin").as_deref() != Some("contact_request") {
        return None;
    }
    message.list("contacts").first()?.list("phones").first()?.word("phone")
}

fn is_of(contact: &Fields, number: Option<&str>, user: Option<&str>) -> bool {
    let is = |name: &str, wanted: Option<&str>| wanted.is_some() && contact.word(name).as_deref() == wanted;
    is("wa_id", number) || is("user_id", user)
}

/// Digits without a plus, as Meta writes numbers.
pub fn is_number(text: &str) -> bool {
    (5..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
