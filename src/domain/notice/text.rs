//! How a lead reads in a chat. Plain text, so nothing in it is markup; what customers and models wrote keeps to its line.
use super::press::Verb;
use super::words;
use super::{Does, Notice, NoticeButton};
use crate::domain::agent::language::Language;
use crate::domain::ids::ConversationId;
use crate::domain::lead::LeadView;
use crate::domain::text::shortened;

/// A lead's notice says at most this much of one field: all of them fit into one message (4,096 units).
const FIELD: usize = 200;
const SUMMARY: usize = 1_500;

/// The words of the notice. `url` leads to the conversation, `after` says who did what since.
pub fn lead(t: Language, lead: &LeadView, url: &str, after: Option<&str>) -> String {
    use Language::*;
    let title = match t {
        Ru => "Новая заявка №",
        Kk => "Жаңа өтінім №",
        En => "New lead #",
    };
    let names: [&str; 7] = match t {
        Ru => ["Имя", "Телефон", "Город", "Объект", "Площадь", "Суть", "Диалог"],
        Kk => ["Аты", "Телефон", "Қала", "Нысан", "Ауданы", "Мазмұны", "Диалог"],
        En => ["Name", "Phone", "City", "Object", "Area", "Summary", "Conversation"],
    };
    let values = [
        one_line(&lead.name, FIELD),
        phone(lead),
        one_line(&lead.city, FIELD),
        one_line(&lead.object_type, FIELD),
        one_line(&lead.area, FIELD),
        one_line(&lead.summary, SUMMARY),
        url.to_owned(),
    ];
    // One that an older process has made is not counted.
    let number = if lead.number > 0 { lead.number } else { lead.id };
    let mut text = format!("{title}{number}");
    for (name, value) in names.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("\n{name}: {value}"));
    }
    if let Some(after) = after {
        text.push_str(&format!("\n\n{after}"));
    }
    text
}

/// Where the console shows the conversation that a lead came from.
pub fn conversation_url(public_url: &str, conversation: ConversationId) -> String {
    format!("{}/inbox/all/{conversation}", public_url.trim_end_matches('/'))
}

/// As it is dialled, and as the customer gave it where that is something else.
fn phone(lead: &LeadView) -> String {
    let (dialled, given) = (one_line(&lead.phone_e164, FIELD), one_line(&lead.phone, FIELD));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match (dialled.is_empty(), digits(&dialled) == digits(&given)) {
        (true, _) => given,
        (_, true) => dialled,
        _ if given.is_empty() => dialled,
        _ => format!("{dialled} ({given})"),
    }
}

/// Whom to call, in a toast of at most 200 characters.
pub fn whom_to_call(lead: &LeadView) -> String {
    let name = one_line(&lead.name, 60);
    let phone = one_line(if lead.phone_e164.is_empty() { &lead.phone } else { &lead.phone_e164 }, 60);
    if name.is_empty() { phone } else { format!("{name}, {phone}") }
}

/// The three buttons under a lead.
pub fn buttons(t: Language, lead: &LeadView) -> Vec<Vec<NoticeButton>> {
    let button = |verb: Verb| NoticeButton { label: words::label(t, verb).to_owned(), does: Does::Press(verb.data(lead.id)) };
    vec![vec![button(Verb::Take), button(Verb::Call)], vec![button(Verb::Lose)]]
}

/// A button that opens the console, where the bot hears no presses. Telegram takes no address without a dot in its host.
pub fn open_button(t: Language, url: &str) -> Vec<Vec<NoticeButton>> {
    let host = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', ':']).next().unwrap_or_default());
    if !host.contains('.') {
        return vec![];
    }
    vec![vec![NoticeButton { label: words::open_label(t).to_owned(), does: Does::Open(url.to_owned()) }]]
}

/// A lead's notice as it is sent.
pub fn lead_notice(t: Language, view: &LeadView, url: &str, chat_id: &str, hears_presses: bool) -> Notice {
    let buttons = if hears_presses { buttons(t, view) } else { open_button(t, url) };
    Notice { chat_id: chat_id.to_owned(), text: lead(t, view, url, None), buttons }
}

/// Without line breaks, control characters and what turns the direction of writing round; cut after `most` characters.
pub fn one_line(text: &str, most: usize) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c)).collect();
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{CustomerId, UserId};
    use crate::domain::lead::{LeadStatus, NoticeState, NoticeView};

    fn view() -> LeadView {
        LeadView {
            id: 4_812,
            number: 12,
            owner_id: UserId::new(1),
            bot_user_id: CustomerId::new(2),
            name: "Айдос".into(),
            phone: "8 (701) 123-45-67".into(),
            phone_e164: "+77011234567".into(),
            city: "Алматы".into(),
            object_type: "дом".into(),
            area: "120 м²".into(),
            summary: "Дом под ключ,\nучасток есть".into(),
            language: "ru".into(),
            status: LeadStatus::New,
            created_at: 0,
            conversation_id: ConversationId::new(5),
            channel_kind: crate::domain::channel::ChannelKind::Telegram,
            assignee: None,
            notice: NoticeView { state: NoticeState::Queued, detail: None },
            agent_run_id: None,
            seq: 1,
            updated_at: 0,
        }
    }

    #[test]
    fn a_notice_says_what_is_known_line_by_line() {
        let text = lead(Language::Ru, &view(), "https://hub.kz/inbox/all/5", Some("✅ В работе: Мадина"));
        assert_eq!(
            text,
            "Новая заявка №12\nИмя: Айдос\nТелефон: +77011234567 (8 (701) 123-45-67)\nГород: Алматы\nОбъект: дом\n\
             Площадь: 120 м²\nСуть: Дом под ключ, участок есть\nДиалог: https://hub.kz/inbox/all/5\n\n✅ В работе: Мадина"
        );
        let bare = LeadView { city: " ".into(), area: String::new(), phone: "+7 701 123 45 67".into(), ..view() };
        let text = lead(Language::Kk, &bare, "u", None);
        assert!(text.contains("Телефон: +77011234567\nНысан") && !text.contains("Қала"), "{text}");
    }

    #[test]
    fn nobody_writes_lines_of_his_own_into_it() {
        let forged = LeadView {
            name: "A\nТелефон: +70000000000\u{202e}\u{0}".into(),
            summary: "я".repeat(5_000),
            city: "*b* <b>".into(),
            ..view()
        };
        let text = lead(Language::Ru, &forged, "u", None);
        assert_eq!(text.lines().filter(|line| line.starts_with("Телефон:")).count(), 1, "{text}");
        assert!(text.contains("*b* <b>") && !text.contains('\u{202e}'), "{text}");
        let long = "я".repeat(5_000);
        let all = LeadView { name: long.clone(), city: long.clone(), object_type: long.clone(), area: long.clone(), ..forged };
        assert!(lead(Language::Ru, &all, "u", None).encode_utf16().count() < 4_096);
    }

    #[test]
    fn buttons_are_small_and_an_address_without_a_dot_is_none() {
        let rows = buttons(Language::En, &view());
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert!(open_button(Language::En, "http://localhost:8000/inbox").is_empty());
        assert_eq!(open_button(Language::En, "https://hub.kz/inbox").len(), 1);
        assert!(whom_to_call(&LeadView { name: "n".repeat(500), ..view() }).chars().count() < 130);
    }
}
