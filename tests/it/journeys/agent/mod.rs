//! The agent answers first: the document's dialogue to its end, takeovers, failures. The model is a scripted double, but for
//! `real_models`.

mod budget;
mod dialects;
mod dialogue;
mod failure;
mod obedient;
mod printed;
mod real_models;
mod takeover;
mod telegram;
mod third_party;
mod thoughts;
pub mod voice;
mod ways;
mod whole;

use serde_json::{Value, json};

use crate::support::openai::{Ask, OpenAi, Reply};
use crate::support::{Api, Backend, Feed, Hub};

/// A company whose instance has a key; the model is at the double.
pub struct Office {
    pub model: OpenAi,
    pub hub: Hub,
    pub owner: Api,
    pub feed: Feed,
}

impl Office {
    pub async fn open(backend: Backend) -> Office {
        let model = OpenAi::start().await;
        let url = model.url();
        let hub =
            Hub::start(backend, &[("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", &url), ("AI_DAILY_BUDGET", "1000")]).await;
        let owner = hub.api().owner("manager@construction.kz", "СтройКомпания").await;
        let feed = Feed::open(&hub.url(), owner.token()).await;
        Office { model, hub, owner, feed }
    }

    /// `POST /api/chat` as the document's curl does it.
    pub async fn chat(&self, user: &str, text: &str) -> Value {
        self.ask(user, text).await.expect(200)
    }

    pub async fn ask(&self, user: &str, text: &str) -> crate::support::Answer {
        let form = reqwest::multipart::Form::new().text("user_id", user.to_owned()).text("text", text.to_owned());
        let request = self.owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
        self.owner.send(request).await.expect("an answer")
    }

    pub async fn leads(&self) -> Vec<Value> {
        self.owner.leads("").await
    }

    /// The events of a thread: what the operators are told.
    pub async fn told(&self, conversation: i64) -> Vec<Value> {
        let all = self.owner.messages(conversation).await;
        all.into_iter().filter(|m| m["direction"] == "event").map(|m| m["payload"].clone()).collect()
    }
}

/// Asks one thing after the other, as the document's dialogue goes, and registers the lead with the phone.
pub fn sales_manager(ask: &Ask) -> Option<Reply> {
    if ask.after_tools() {
        return Some(Reply::text("Спасибо, Канат! Наш менеджер свяжется с вами по номеру 87768776637 в ближайшее время."));
    }
    let said = ask.last_user();
    let answer = match () {
        () if said.contains("87768776637") => {
            let lead = json!({
                "name": "Канат", "phone": "87768776637", "city": "Алматы", "object_type": "дом", "area": "150 м²",
                "summary": "Строительство дома с нуля", "language": "ru", "company_id": 999,
            });
            return Some(Reply::call("register_lead", lead));
        }
        () if said.contains("150") => "Как вас зовут и на какой номер перезвонить?",
        () if said.contains("Алматы") => "Какую площадь рассматриваете?",
        () => "В каком городе?",
    };
    Some(Reply::text(answer))
}
