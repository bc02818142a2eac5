//! What a message answers, quotes or passes on, as its payload holds it: the same members for every channel. It is another
//! message's words, so it stands beside what the customer says and never in it.
use serde_json::Value;

/// `{"name","text","kind","message_id"}` of the message that is answered, each as far as the provider tells it.
pub const REPLY: &str = "reply";
/// `{"text","position","is_manual"}`: the part of it that is meant.
pub const QUOTE: &str = "quote";
/// `{"name","chat","kind","message_id"}`: it stands in another chat.
pub const EXTERNAL_REPLY: &str = "external_reply";
/// `{"type","name","username","author_signature","at"}`: the words are somebody else's, who said them then.
pub const FORWARDED: &str = "forwarded";
/// Characters of an answered message that are kept with the answer.
pub const LONGEST: usize = 1_000;

const ALL: &[&str] = &[REPLY, QUOTE, EXTERNAL_REPLY, FORWARDED];

/// The payload of an edited message: what the edit tells, and what the message cites, which an edit need not tell again.
pub fn with_what_stays(was: Option<Value>, is: Option<Value>) -> Option<Value> {
    let stays = ALL.iter().filter_map(|name| Some(((*name).to_owned(), was.as_ref()?.get(name)?.clone())));
    let mut payload: serde_json::Map<String, Value> = stays.collect();
    if let Some(Value::Object(told)) = is {
        payload.extend(told);
    }
    Some(payload).filter(|payload| !payload.is_empty()).map(Value::Object)
}

/// A message that is answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    pub name: String,
    /// The quoted part where there is one, else the whole.
    pub text: String,
    /// What it is besides words, where it is.
    pub kind: String,
}

/// What a turn of the agent reads of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cited {
    pub answered: Option<Answered>,
    /// Whose words these are, where they were passed on; perhaps nobody tells.
    pub forwarded_from: Option<String>,
}

impl Cited {
    pub fn of(payload: Option<&Value>) -> Cited {
        let member = |name: &str| payload.and_then(|payload| payload.get(name));
        let told = |of: Option<&Value>, name: &str| {
            of.and_then(|of| of.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let (reply, quote) = (member(REPLY).or(member(EXTERNAL_REPLY)), member(QUOTE));
        let answered = (reply.is_some() || quote.is_some()).then(|| {
            let quoted = told(quote, "text");
            let text = if quoted.is_empty() { told(reply, "text") } else { quoted };
            Answered { name: told(reply, "name"), text, kind: told(reply, "kind") }
        });
        let forwarded_from = member(FORWARDED).map(|_| told(member(FORWARDED), "name"));
        Cited { answered, forwarded_from }
    }

    /// In bytes, roughly.
    pub fn size(&self) -> usize {
        let answered = self.answered.as_ref().map_or(0, |it| it.name.len() + it.text.len() + it.kind.len());
        answered + self.forwarded_from.as_ref().map_or(0, String::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_quote_counts_more_than_the_whole() {
        let payload = json!({"reply": {"name": "Shop", "text": "150 or 200?", "message_id": "7"}, "quote": {"text": "200"}});
        let answered = Cited::of(Some(&payload)).answered.expect("answered");
        assert_eq!((answered.name.as_str(), answered.text.as_str()), ("Shop", "200"));
        let elsewhere = json!({"external_reply": {"name": "Канал", "kind": "photo"}});
        assert_eq!(Cited::of(Some(&elsewhere)).answered.expect("answered").kind, "photo");
        assert_eq!(Cited::of(Some(&json!({"forwarded": {"name": "Аня"}}))).forwarded_from.as_deref(), Some("Аня"));
        assert_eq!(Cited::of(Some(&json!({"forwarded": true}))).forwarded_from.as_deref(), Some(""), "as it once was kept");
        assert_eq!(Cited::of(None), Cited::default());
    }

    #[test]
    fn what_a_message_answers_stays() {
        let was = json!({"reply": {"text": "a"}, "latitude": 1.0, "live_period": 60});
        let is = with_what_stays(Some(was.clone()), Some(json!({"latitude": 2.0})));
        assert_eq!(is, Some(json!({"reply": {"text": "a"}, "latitude": 2.0})));
        assert_eq!(with_what_stays(Some(was), Some(json!({"reply": {"text": "b"}}))), Some(json!({"reply": {"text": "b"}})));
        assert_eq!(with_what_stays(None, None), None);
    }
}
