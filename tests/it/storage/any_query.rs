//! Whatever is typed into a search, both databases answer; and who looks for words of a message finds it.

use switchboard::db::leads::LeadFilter;
use switchboard::db::search::Lookup;
use switchboard::domain::access::{Principal, Role};
use switchboard::domain::channel::InboundKind;
use switchboard::domain::conversation::Input;
use switchboard::domain::ids::{ConversationId, MessageId};
use switchboard::domain::search::{SearchQuery, words};
use switchboard::jobs::search_index::catch_up;

use super::shelf::*;
use crate::support::dice::rounds;
use crate::support::{Backend, Dice, on_both_databases};

/// Refused by a database once: what was asked, and in which conversation.
const REGRESSIONS: [(&str, Option<ConversationId>); 4] = [
    // SQLite: "fts5: phrase queries are not supported": the minus sign ended a word within the quotes.
    ("000", Some(ConversationId::new(-1))),
    ("00", Some(ConversationId::new(i64::MIN))),
    // PostgreSQL: NUL is in no text.
    ("a\0b", None),
    ("\0", Some(ConversationId::NONE)),
];

const SIGNS: [&str; 28] = [
    "\"", "'", "''", "\"\"", "*", "^", ":", ":*", "-", "+", "(", ")", "{", "}", "[", "]", "&", "|", "!", "<->", "<2>", "\\",
    "\\'", "%", "_", ";", "--", "\0",
];
const WORDS: [&str; 20] = [
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR(a b, 2)",
    "NULL",
    "words",
    "rowid",
    "дом",
    "ТЁПЛЫЙ",
    "жиынтық",
    "שלום",
    "مرحبا",
    "北京",
    "ﬁne",
    "½",
    "İ",
    "don't",
    "site.kz",
    "3.14",
];
const LONE: [&str; 10] = ["\u{301}", "\u{200d}", "\u{feff}", "\u{202e}", "\u{fffd}", "👩‍👩‍👧", "🇰🇿", "ʼ", "\u{e000}", "\u{10ffff}"];
const LETTERS: [&str; 6] = ["0", "a", "ы", "ß", "界", "𝔘"];

fn some<'a>(dice: &mut Dice, of: &[&'a str]) -> &'a str {
    of[dice.between(0, of.len() as u64) as usize]
}

fn piece(dice: &mut Dice) -> String {
    match dice.between(0, 10) {
        0..=2 => some(dice, &WORDS).to_owned(),
        3..=5 => some(dice, &SIGNS).to_owned(),
        6 => some(dice, &LONE).to_owned(),
        // Around the lengths at which words are cut, and far beyond.
        7 => some(dice, &LETTERS).repeat([1, 2, 39, 40, 41, 219, 3_000][dice.between(0, 7) as usize]),
        8 => char::from_u32(dice.between(0, 0x11_0000) as u32).unwrap_or(' ').to_string(),
        _ => dice.number().to_string(),
    }
}

fn text(dice: &mut Dice) -> String {
    let pieces = if dice.between(0, 40) == 0 { 1_000 } else { dice.between(1, 12) };
    let mut text = String::new();
    for _ in 0..pieces {
        text += &piece(dice);
        text += some(dice, &[" ", " ", "", "\n", "\u{a0}"]);
    }
    text
}

/// The message under a number: providers' ids are short, whatever a message says.
fn long(n: usize, mut message: Input) -> Input {
    if let Input::Inbound(inbound) = &mut message
        && let InboundKind::Message(said) = &mut inbound.what
    {
        said.provider_id = Some(format!("p:{n}"));
    }
    message
}

/// What is found of messages.
async fn ask(shelf: &Shelf, who: &Principal, q: &str, conversation: Option<ConversationId>) -> Vec<MessageId> {
    let Some(query) = SearchQuery::parse(q) else { return vec![] };
    let lookup = Lookup::new(COMPANY, &query, conversation);
    let hits = shelf.store().find_messages(who.clone(), lookup, i64::MAX, 200).await;
    let hits = hits.unwrap_or_else(|e| panic!("messages {q:?} in {conversation:?}: {e}"));
    hits.found.into_iter().map(|hit| hit.message.id).collect()
}

/// Lists that are narrowed by parts of words: each word is a dozen conditions.
async fn narrow(shelf: &Shelf, who: &Principal, q: &str) {
    let leads = LeadFilter { text: Some(q.to_owned()), ..LeadFilter::default() };
    shelf.store().leads_page(who.clone(), leads, i64::MAX, 50).await.unwrap_or_else(|e| panic!("leads {q:?}: {e}"));
    if let Some(query) = SearchQuery::parse(q) {
        let customers = shelf.store().find_customers(who.clone(), q.into(), query, i64::MAX, 50).await;
        customers.unwrap_or_else(|e| panic!("customers {q:?}: {e}"));
    }
}

async fn any_query_is_answered(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let mut dice = Dice::from(8);
    let mut said: Vec<(MessageId, String)> = vec![];
    for n in 0..60 {
        // A text that is stored holds no NUL: connectors and the API see to it.
        let text = format!("{} m{n}", text(&mut dice).replace('\0', " "));
        let key = format!("500{}", n % 5);
        let unit = shelf.commit(TELEGRAM, &key, &[long(n, says(TELEGRAM, &key, &text))], NOW).await;
        said.push((unit.messages[0].id, text));
    }
    catch_up(shelf.store(), || true).await.expect("the index follows");
    let managers = operator();
    let few = Principal { role: Role::Operator, ..operator() };
    for (q, conversation) in REGRESSIONS {
        narrow(&shelf, &managers, q).await;
        let found = ask(&shelf, &managers, q, conversation).await;
        assert!(conversation.is_none() || found.is_empty(), "{q:?} in a conversation that nobody has: {found:?}");
    }
    for n in 0..rounds("SEARCH_QUERIES", 2_000) {
        let q = text(&mut dice);
        let conversation = (n % 7 == 0).then(|| ConversationId::new(dice.number() as i64 >> dice.between(0, 64)));
        let who = if n % 2 == 0 { &managers } else { &few };
        ask(&shelf, who, &q, conversation).await;
        if n % 5 != 0 {
            continue;
        }
        narrow(&shelf, who, &q).await;
        let (id, text) = &said[n / 5 % said.len()];
        let of_message: Vec<String> = words(text).map(|word| text[word.from..word.to].to_owned()).collect();
        let begin = dice.between(0, of_message.len() as u64) as usize;
        let end = begin + dice.between(1, 1 + (of_message.len() - begin).min(60) as u64) as usize;
        let q = of_message[begin..end].join(" ");
        if SearchQuery::parse(&q).is_some() {
            let found = ask(&shelf, &managers, &q, None).await;
            assert!(found.contains(id), "{q:?} is not found in {text:?}");
        }
    }
}

on_both_databases!(any_query_is_answered);
