//! The kinds of channels, told apart by what they can do. A new kind is a word here, its line in [`ChannelKind::features`], and
//! a folder in `connectors/` where it has a provider.
use crate::domain::clock::{DAY, Micros};
use crate::domain::text::{Measure, word_enum};

word_enum! { ChannelKind { Telegram = "telegram", Whatsapp = "whatsapp", Webchat = "webchat", Api = "api" } }

/// What fits into one send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The longest text; a longer one goes in several sends.
    pub text: usize,
    /// The longest text that rides on a file.
    pub caption: usize,
    /// How the provider counts.
    pub measure: Measure,
}

/// What a kind of channel can do.
#[derive(Debug, PartialEq)]
pub struct Features {
    /// As people call it.
    pub title: &'static str,
    /// False: the channel hands messages over in person, what is committed is sent. True: they go out through a provider.
    pub has_provider: bool,
    /// It can tell the company's own people something, in a chat they have connected.
    pub tells_colleagues: bool,
    /// Its provider says later what became of a message: it has to be listened to.
    pub has_receipts: bool,
    /// How long after a customer's word an answer in free words is allowed; `None`: always.
    pub reply_window: Option<Micros>,
    pub limits: Limits,
}

/// Nothing is cut where nobody counts.
const WHOLE: Limits = Limits { text: usize::MAX, caption: usize::MAX, measure: Measure::Bytes };

impl ChannelKind {
    pub const fn features(self) -> &'static Features {
        match self {
            // Bot API: sendMessage takes 1-4096 characters and captions 0-1024, counted as its entities are, in UTF-16 units.
            ChannelKind::Telegram => &Features {
                title: "Telegram",
                has_provider: true,
                tells_colleagues: true,
                has_receipts: false,
                reply_window: None,
                limits: Limits { text: 4096, caption: 1024, measure: Measure::Utf16 },
            },
            // Cloud API: text.body 4096 characters, captions 1024; free words within a day of the customer's last one.
            ChannelKind::Whatsapp => &Features {
                title: "WhatsApp",
                has_provider: true,
                tells_colleagues: false,
                has_receipts: true,
                reply_window: Some(DAY),
                limits: Limits { text: 4096, caption: 1024, measure: Measure::Chars },
            },
            ChannelKind::Webchat => {
                &Features { title: "Web chat", has_provider: false, tells_colleagues: false, reply_window: None, limits: WHOLE }
            }
            ChannelKind::Api => &Features {
                title: "API",
                has_provider: false,
                tells_colleagues: false,
                has_receipts: false,
                reply_window: None,
                limits: WHOLE,
            },
        }
    }

    pub const fn limits(self) -> &'static Limits {
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
