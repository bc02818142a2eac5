//! Customers and the providers that bring their words: each chat's updates come in order, at least once, until acknowledged.
use bytes::Bytes;
use switchboard::domain::agent::AnswersFirst;
use switchboard::domain::channel::*;
use switchboard::domain::clock::Micros;
use switchboard::domain::conversation::Rules;
use switchboard::domain::ids::*;
use switchboard::domain::message::MessageKind;

use super::dice::Dice;

pub const COUNT: usize = 4;

pub struct Update {
    pub what: InboundKind,
    pub profile: Profile,
    pub external_id: String,
    pub acked: bool,
    /// Requests of this update that the hub still holds. The provider does not know it; the end of a run does.
    pub copies: u32,
}

/// What the customer's own screen shows: the truth that the hub's thread must equal.
pub struct Said {
    pub provider_id: String,
    pub text: String,
    pub deleted: bool,
}

pub struct Chat {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub kind: ChannelKind,
    pub key: &'static str,
    /// As the settings are now; each actor steps by what they were when it looked.
    pub rules: Rules,
    pub updates: Vec<Update>,
    /// The first update without a 2xx.
    pub next: usize,
    pub said: Vec<Said>,
}

/// Two chats share a channel, two companies share the machine.
pub fn all() -> [Chat; COUNT] {
    use AnswersFirst::{Agent, Drafts, People};
    let chat = |company: i64, channel: i64, kind, key, answers_first| Chat {
        company_id: CompanyId::new(company),
        channel_id: ChannelId::new(channel),
        kind,
        key,
        rules: Rules::new(1, answers_first, None, ""),
        updates: vec![],
        next: 0,
        said: vec![],
    };
    [
        chat(1, 11, ChannelKind::Telegram, "100", Agent),
        chat(1, 11, ChannelKind::Telegram, "101", People),
        chat(2, 21, ChannelKind::Whatsapp, "102", Agent),
        chat(2, 22, ChannelKind::Webchat, "103", Drafts),
    ]
}

impl Chat {
    /// Somebody changes who answers first.
    pub fn change_rules(&mut self, dice: &mut Dice) {
        let first = AnswersFirst::ALL[dice.below(AnswersFirst::ALL.len())];
        self.rules = Rules::new(self.rules.version + 1, first, None, "");
    }

    /// The customer does something; the provider will bring it.
    pub fn act(&mut self, dice: &mut Dice, now: Micros) {
        let old = dice.below(self.said.len());
        let webchat = self.kind == ChannelKind::Webchat;
        let what = match dice.below(20) {
            0 | 1 if !webchat && !self.said.is_empty() => {
                let said = &mut self.said[old];
                said.text.push('+');
                edited(&said.provider_id, &said.text, now)
            }
            2 if !webchat && !self.said.is_empty() => {
                self.said[old].deleted = true;
                InboundKind::Deleted { provider_id: self.said[old].provider_id.clone(), at: now }
            }
            3 if !webchat && !self.said.is_empty() => {
                let emojis = if dice.percent(30) { vec![] } else { vec!["👍".to_owned()] };
                InboundKind::Reacted { provider_id: self.said[old].provider_id.clone(), emojis }
            }
            4 if !webchat => InboundKind::Blocked { blocked: dice.percent(50) },
            5 if !webchat => InboundKind::Started { source: None, greeting: Some("Hello".to_owned()), provider_id: None },
            6 if !webchat => {
                // The first that we hear of somebody is their message, whatever it was before.
                if let Some(said) = self.said.iter_mut().find(|said| said.provider_id == "never received") {
                    said.text = "?".to_owned();
                } else if !self.updates.iter().any(|u| begins(&u.what)) {
                    self.said.push(Said { provider_id: "never received".into(), text: "?".into(), deleted: false });
                }
                edited("never received", "?", now)
            }
            7 if !webchat => {
                let emojis = if dice.percent(30) { vec![] } else { vec!["👍".to_owned()] };
                InboundKind::Reacted { provider_id: "unknown".to_owned(), emojis }
            }
            _ => self.says(dice, now, webchat),
        };
        let profile = Profile {
            name: if dice.percent(70) { format!("customer {}", self.key) } else { String::new() },
            username: dice.percent(20).then(|| "nick".to_owned()),
            phone: dice.percent(10).then(|| "+7700".to_owned()),
            language: dice.percent(20).then(|| "kk".to_owned()),
        };
        let external_id = format!("{}:{}", self.key, self.updates.len());
        self.updates.push(Update { what, profile, external_id, acked: false, copies: 0 });
    }

    fn says(&mut self, dice: &mut Dice, now: Micros, webchat: bool) -> InboundKind {
        let provider_id = format!("{}-{}", self.key, self.said.len());
        let text = format!("word {}", self.said.len());
        self.said.push(Said { provider_id: provider_id.clone(), text: text.clone(), deleted: false });
        let file = || InboundAttachment {
            kind: "image".into(),
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            size: 1,
            provider_file_id: "f".into(),
            provider_unique_id: None,
        };
        InboundKind::Message(InboundMessage {
            kind: MessageKind::Text,
            text,
            payload: None,
            attachments: if dice.percent(15) { vec![file()] } else { vec![] },
            uploads: vec![],
            reply_to_provider_id: dice.percent(10).then(|| format!("{}-0", self.key)),
            provider_at: Some(now),
            client_id: webchat.then(|| provider_id.clone()),
            provider_id: Some(provider_id),
        })
    }

    pub fn inbound(&self, index: usize, now: Micros) -> Inbound {
        let update = &self.updates[index];
        let webchat = self.kind == ChannelKind::Webchat;
        Inbound {
            company_id: self.company_id,
            channel_id: self.channel_id,
            channel_kind: self.kind,
            key: self.key.to_owned(),
            // A customer moves now and then; all of a chat's later updates come from the new place.
            address: format!("{}.{}", self.key, index / 5),
            profile: update.profile.clone(),
            also: vec![],
            is_group: false,
            raw: (!webchat).then(|| Raw { external_id: update.external_id.clone(), body: Bytes::from_static(b"{}") }),
            received_at: now,
            what: update.what.clone(),
        }
    }

    /// Whether nobody had said a word to us yet: a reaction or a block begins no conversation and is stored nowhere.
    pub fn is_strangers(&self, index: usize) -> bool {
        !self.updates[..=index].iter().any(|u| begins(&u.what))
    }

    /// How many reactions to what the hub never knew must stand in its thread by themselves.
    pub fn lone_reactions(&self) -> usize {
        let lone = |what: &InboundKind| matches!(what, InboundKind::Reacted { provider_id, emojis } if provider_id == "unknown" && !emojis.is_empty());
        self.updates.iter().enumerate().filter(|(i, u)| lone(&u.what) && !self.is_strangers(*i)).count()
    }

    /// The hub said 2xx: the provider forgets the update and brings the next one.
    pub fn acked(&mut self, index: usize) {
        self.updates[index].acked = true;
        while self.updates.get(self.next).is_some_and(|u| u.acked) {
            self.next += 1;
        }
    }
}

fn begins(what: &InboundKind) -> bool {
    matches!(what, InboundKind::Message(_) | InboundKind::Edited { .. } | InboundKind::Started { .. })
}

fn edited(provider_id: &str, text: &str, at: Micros) -> InboundKind {
    let provider_id = Some(provider_id.to_owned());
    let message = InboundMessage { provider_id, ..InboundMessage::plain(MessageKind::Text, text.to_owned()) };
    InboundKind::Edited { at, message: Box::new(message) }
}
