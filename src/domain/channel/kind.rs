//! The kinds of channels, told apart by what they can do. A new kind is a word here, its line in [`ChannelKind::features`], and
//! a folder in `connectors/` where it has a provider.
use crate::domain::clock::{DAY, Micros};
use crate::domain::flaw::Flaw;
use crate::domain::text::{Measure, word_enum};

word_enum! { ChannelKind { Telegram = "telegram", Whatsapp = "whatsapp", Webchat = "webchat", Api = "api" } }

/// What fits into one send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SendLimits {
    /// The longest text; a longer one goes in several sends.
    pub text: usize,
    /// The longest text that rides on a file.
    pub caption: usize,
    /// How the provider counts.
    pub measure: Measure,
}

/// A token that a channel is made from, judged by its form: whether it is good only the provider knows.
#[derive(Debug)]
pub struct TokenForm {
    /// What it is called where a channel is made.
    pub field: &'static str,
    pub fits: fn(&str) -> bool,
    /// When there is none.
    pub missing: Flaw,
    /// When it does not fit.
    pub malformed: Flaw,
    /// When the provider does not accept it, in the provider's words.
    pub refused: fn(String) -> Flaw,
}

/// The name of an account at a provider, where the token does not say it.
#[derive(Debug)]
pub struct AccountForm {
    pub field: &'static str,
    pub fits: fn(&str) -> bool,
    pub missing: Flaw,
    pub malformed: Flaw,
}

/// What fits under one message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ButtonLimits {
    pub most: usize,
    /// Bytes of an id.
    pub id: usize,
    /// Characters of a title.
    pub title: usize,
}

/// What a kind of channel can do.
#[derive(Debug)]
pub struct Features {
    /// As people call it.
    pub title: &'static str,
    /// False: the channel hands messages over in person, what is committed is sent. True: they go out through a provider.
    pub has_provider: bool,
    /// What it is made from, besides a name.
    pub token: Option<TokenForm>,
    pub account: Option<AccountForm>,
    /// It may be asked for what has come, where it cannot call us.
    pub can_poll: bool,
    /// It can tell the company's own people something, in a chat they have connected.
    pub tells_colleagues: bool,
    /// Its provider says later what became of a message: it has to be listened to.
    pub has_receipts: bool,
    /// How long after a customer's word an answer in free words is allowed; `None`: always.
    pub reply_window: Option<Micros>,
    pub limits: SendLimits,
    /// `None`: it shows none.
    pub buttons: Option<ButtonLimits>,
}

/// Nothing is cut where nobody counts.
const WHOLE: SendLimits = SendLimits { text: usize::MAX, caption: usize::MAX, measure: Measure::Bytes };

/// `123456789:AAE…`. It becomes part of an address, so nothing else may stand in it.
fn is_bot_token(text: &str) -> bool {
    let key = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let bot = |bot: &str| !bot.is_empty() && bot.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 200 && text.split_once(':').is_some_and(|(b, k)| bot(b) && key(k))
}

/// `EAAG…`. It becomes a header, so nothing else may stand in it.
fn is_access_token(text: &str) -> bool {
    (20..=1_000).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Meta's own number of a phone number, which is not that number.
fn is_number_id(text: &str) -> bool {
    (5..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

impl ChannelKind {
    pub const fn features(self) -> &'static Features {
        match self {
            // Bot API: sendMessage takes 1-4096 characters and captions 0-1024, counted as its entities are, in UTF-16 units.
            ChannelKind::Telegram => &Features {
                title: "Telegram",
                has_provider: true,
                token: Some(TokenForm {
                    field: "token",
                    fits: is_bot_token,
                    missing: Flaw::BotTokenMissing,
                    malformed: Flaw::NotABotToken,
                    refused: |words| Flaw::BotTokenRefused { words },
                }),
                account: None,
                can_poll: true,
                tells_colleagues: true,
                has_receipts: false,
                reply_window: None,
                limits: SendLimits { text: 4096, caption: 1024, measure: Measure::Utf16 },
                // Bot API, InlineKeyboardButton: callback_data has 1-64 bytes. Titles as they can be read on a phone.
                buttons: Some(ButtonLimits { most: 10, id: 64, title: 64 }),
            },
            // Cloud API: text.body 4096 characters, captions 1024; free words within a day of the customer's last one.
            ChannelKind::Whatsapp => &Features {
                title: "WhatsApp",
                has_provider: true,
                token: Some(TokenForm {
                    field: "access_token",
                    fits: is_access_token,
                    missing: Flaw::AccessTokenMissing,
                    malformed: Flaw::NotAnAccessToken,
                    refused: |words| Flaw::AccessTokenRefused { words },
                }),
                account: Some(AccountForm {
                    field: "phone_number_id",
                    fits: is_number_id,
                    missing: Flaw::NumberIdMissing,
                    malformed: Flaw::NotANumberId,
                }),
                can_poll: false,
                tells_colleagues: false,
                has_receipts: true,
                reply_window: Some(DAY),
                limits: SendLimits { text: 4096, caption: 1024, measure: Measure::Chars },
                // Cloud API, interactive messages of type button.
                buttons: Some(ButtonLimits { most: 3, id: 256, title: 20 }),
            },
            ChannelKind::Webchat => &Features {
                title: "Web chat",
                has_provider: false,
                token: None,
                account: None,
                can_poll: false,
                tells_colleagues: false,
                has_receipts: false,
                reply_window: None,
                limits: WHOLE,
                buttons: Some(ButtonLimits { most: 10, id: 64, title: 64 }),
            },
            ChannelKind::Api => &Features {
                title: "API",
                has_provider: false,
                token: None,
                account: None,
                can_poll: false,
                tells_colleagues: false,
                has_receipts: false,
                reply_window: None,
                limits: WHOLE,
                buttons: None,
            },
        }
    }

    /// The kinds that people can make channels of now.
    pub const MADE_BY_PEOPLE: &[&str] = &["telegram", "whatsapp", "webchat", "api"];

    /// What a channel is called until somebody names it, in its company's language.
    pub fn title_in(self, locale: &str) -> &'static str {
        match (self, locale) {
            (ChannelKind::Webchat, "ru") => "Чат на сайте",
            (ChannelKind::Webchat, "kk") => "Сайттағы чат",
            _ => self.features().title,
        }
    }

    pub const fn limits(self) -> &'static SendLimits {
        &self.features().limits
    }

    pub const fn has_provider(self) -> bool {
        self.features().has_provider
    }

    /// The words of the kinds of which this is true, for queries.
    pub fn words(is: impl Fn(&Features) -> bool) -> Vec<&'static str> {
        ChannelKind::ALL.iter().filter(|kind| is(kind.features())).map(|kind| kind.as_str()).collect()
    }
}
