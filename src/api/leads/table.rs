//! Leads as rows of a table, in the words of the user's language.
use chrono::DateTime;
use chrono_tz::Tz;

use crate::domain::clock::Micros;
use crate::domain::lead::{LeadStatus, LeadView};
use crate::domain::zone;

const COLUMNS: usize = 14;
pub type LeadCells = [String; COLUMNS];

/// Columns that only look like numbers.
pub const PHONES: [usize; 2] = [4, 5];
/// In characters.
pub const WIDTHS: [f64; COLUMNS] = [8.0, 17.0, 12.0, 24.0, 18.0, 18.0, 16.0, 16.0, 12.0, 60.0, 8.0, 12.0, 20.0, 12.0];

/// Whose table it is: their language, and the zone their clock is in.
#[derive(Clone, Copy)]
pub struct TableReader {
    words: &'static TableWords,
    pub zone: Tz,
}

struct TableWords {
    head: [&'static str; COLUMNS],
    /// In the order of [`LeadStatus::ALL`].
    statuses: [&'static str; 4],
    locale: &'static str,
    /// Where the comma parts a number from its fraction, Excel takes the semicolon between cells, and nothing else.
    separator: &'static str,
}

const RU: TableWords = TableWords {
    head: [
        "№",
        "Создана",
        "Статус",
        "Имя",
        "Телефон",
        "Международный номер",
        "Город",
        "Объект",
        "Площадь",
        "Суть",
        "Язык",
        "Канал",
        "Ответственный",
        "Диалог",
    ],
    statuses: ["Новая", "В работе", "Успех", "Отказ"],
    locale: "ru",
    separator: ";",
};
const KK: TableWords = TableWords {
    head: [
        "№",
        "Құрылды",
        "Күйі",
        "Аты",
        "Телефон",
        "Халықаралық нөмір",
        "Қала",
        "Нысан",
        "Ауданы",
        "Мәні",
        "Тілі",
        "Арна",
        "Жауапты",
        "Диалог",
    ],
    statuses: ["Жаңа", "Жұмыста", "Сәтті", "Бас тартты"],
    locale: "kk",
    separator: ";",
};
const EN: TableWords = TableWords {
    head: [
        "No.",
        "Created",
        "Status",
        "Name",
        "Phone",
        "International number",
        "City",
        "Object",
        "Area",
        "Summary",
        "Language",
        "Channel",
        "Assignee",
        "Conversation",
    ],
    statuses: ["New", "In progress", "Won", "Lost"],
    locale: "en",
    separator: ",",
};

impl TableReader {
    pub fn new(locale: &str, zone: &str) -> TableReader {
        let words = match locale {
            "kk" => &KK,
            "en" => &EN,
            _ => &RU,
        };
        TableReader { words, zone: zone::of(zone) }
    }

    pub fn head(self) -> LeadCells {
        self.words.head.map(str::to_owned)
    }

    pub fn separator(self) -> &'static str {
        self.words.separator
    }

    /// `2026-01-28 21:00`, by the reader's clock.
    fn when(self, at: Micros) -> String {
        let utc = DateTime::from_timestamp_micros(at).unwrap_or_default();
        utc.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-01-28`
    pub fn day(self, at: Micros) -> String {
        self.when(at).chars().take(10).collect()
    }

    pub fn row(self, lead: LeadView) -> LeadCells {
        let status = LeadStatus::ALL.iter().position(|status| *status == lead.status).and_then(|i| self.words.statuses.get(i));
        let channel = lead.channel_kind.title_in(self.words.locale);
        [
            lead.number.to_string(),
            self.when(lead.created_at),
            status.map_or_else(|| lead.status.to_string(), |word| (*word).to_owned()),
            lead.name,
            lead.phone,
            lead.phone_e164,
            lead.city,
            lead.object_type,
            lead.area,
            lead.summary,
            lead.language,
            channel.to_owned(),
            lead.assignee.map(|assignee| assignee.name).unwrap_or_default(),
            lead.conversation_id.to_string(),
        ]
    }
}
