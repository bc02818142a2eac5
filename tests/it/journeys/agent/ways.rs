//! The document's dialogue in Russian and in Kazakh, by text and by voice, over Telegram, web chat and `/api/chat`: each
//! ends in exactly one lead and exactly one notice.

use serde_json::json;

use super::voice::ogg;
use crate::journeys::notices::{code, connected};
use crate::support::openai::{Ask, Hearing, OpenAi, Reply};
use crate::support::{Backend, Visitor, World, eventually, on_both_databases};

const BOSS: i64 = 900;

/// What the customer says and what is answered; `{phone}` is the way's own.
struct Dialogue {
    language: &'static str,
    name: &'static str,
    lines: [(&'static str, &'static str); 4],
}

const RUSSIAN: Dialogue = Dialogue {
    language: "ru",
    name: "Канат",
    lines: [
        ("Хочу дом", "В каком городе?"),
        ("Алматы", "Какую площадь рассматриваете?"),
        ("150 квадратов", "Как вас зовут и на какой номер перезвонить?"),
        ("Меня зовут Канат, {phone}", "Спасибо, Канат! Наш менеджер свяжется с вами по номеру {phone} в ближайшее время."),
    ],
};

const KAZAKH: Dialogue = Dialogue {
    language: "kk",
    name: "Қанат",
    lines: [
        ("Үй салғым келеді", "Қай қалада?"),
        ("Алматы қаласында", "Қандай аудан керек?"),
        ("150 шаршы метр болсын", "Атыңыз кім, қай нөмірге қоңырау шалайық?"),
        ("Менің атым Қанат, {phone}", "Рахмет, Қанат! Менеджеріміз сізге {phone} нөміріне қоңырау шалады."),
    ],
};

impl Dialogue {
    /// A model that knows this dialogue and nothing else.
    fn model(&'static self, ask: &Ask) -> Option<Reply> {
        let said = ask.last_user();
        let phone: String = said.chars().filter(char::is_ascii_digit).collect();
        if ask.after_tools() {
            return Some(Reply::text(&self.lines[3].1.replace("{phone}", &phone)));
        }
        if phone.len() == 11 {
            let lead = json!({"name": self.name, "phone": phone, "city": "Алматы", "object_type": "үй/дом", "area": "150 м²",
                "summary": "Строительство дома с нуля", "language": self.language});
            return Some(Reply::call("register_lead", lead));
        }
        let known = self.lines[..3].iter().find(|(asked, _)| said.contains(asked));
        known.map(|(_, answer)| Reply::text(answer))
    }

    fn lines(&self, phone: &str) -> impl Iterator<Item = (String, String)> {
        self.lines.iter().map(|(said, answer)| (said.replace("{phone}", phone), answer.replace("{phone}", phone)))
    }
}

struct Ways {
    model: OpenAi,
    world: World,
    key: String,
}

impl Ways {
    async fn open(backend: Backend, dialogue: &'static Dialogue) -> Ways {
        let model = OpenAi::start().await;
        model.rule(|ask| dialogue.model(ask));
        let url = model.url();
        let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
        let world = World::with(backend, "webhook", &settings).await;
        world.customer(BOSS, "Boss").says(&code(&world.owner, "/api/notices/code").await);
        connected(&world.owner).await;
        for channel in world.owner.channels().await {
            let path = format!("/api/channels/{}/agent", channel["id"]);
            let mut settings = world.owner.get(&path).await["settings"].clone();
            settings["debounce_ms"] = json!(0);
            let put = world.owner.ask(reqwest::Method::PUT, &path, Some(settings)).await;
            put.expect(200);
        }
        let key = world.owner.webchat_key().await;
        Ways { model, world, key }
    }

    async fn telegram(&self, dialogue: &Dialogue, chat: i64, phone: &str, by_voice: bool) {
        let customer = self.world.customer(chat, dialogue.name);
        for (said, answer) in dialogue.lines(phone) {
            if by_voice {
                self.model.hear(Hearing::Text(said));
                let bytes = ogg();
                let file = self.world.telegram.store_file("voice.oga", &bytes);
                customer.voice(&file, bytes.len());
            } else {
                customer.says(&said);
            }
            self.world.telegram.shown(chat, &answer).await;
        }
    }

    async fn webchat(&self, dialogue: &Dialogue, phone: &str, by_voice: bool) {
        let visitor = Visitor::open(&self.world.hub.url(), &self.key).await;
        for (n, (said, answer)) in dialogue.lines(phone).enumerate() {
            let client_id = format!("c{n}");
            let ack = if by_voice {
                self.model.hear(Hearing::Text(said));
                let brought = visitor.records(&self.world.hub.api(), &self.key, ogg()).await.expect(201);
                visitor.speaks(&client_id, &brought["recording"]).await
            } else {
                visitor.says(&client_id, &said).await
            };
            assert_eq!(ack["type"], "ack", "{ack}");
            visitor.sees(&answer).await;
        }
    }

    async fn api(&self, dialogue: &Dialogue, phone: &str, by_voice: bool) {
        for (said, answer) in dialogue.lines(phone) {
            let form = reqwest::multipart::Form::new().text("user_id", phone.to_owned());
            let form = if by_voice {
                self.model.hear(Hearing::Text(said));
                form.part("audio_file", reqwest::multipart::Part::bytes(ogg()).file_name("audio_file.ogg"))
            } else {
                form.text("text", said)
            };
            let request = self.world.owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
            let got = self.world.owner.send(request).await.expect("an answer").expect(200);
            assert_eq!((&got["status"], &got["response"]), (&json!("success"), &json!(answer)), "{got}");
        }
    }

    /// How often the company's chat was told of this phone.
    fn notices(&self, phone: &str) -> usize {
        self.world.telegram.screen_of(BOSS).iter().filter(|call| call.text().contains(phone)).count()
    }
}

async fn every_way(backend: Backend, dialogue: &'static Dialogue) {
    let ways = Ways::open(backend, dialogue).await;
    let phones: Vec<String> = (1..=6).map(|n| format!("8776876663{n}")).collect();
    for (n, by_voice) in [(0, false), (1, true)] {
        ways.telegram(dialogue, 901 + n, &phones[n as usize], by_voice).await;
        ways.webchat(dialogue, &phones[2 + n as usize], by_voice).await;
        ways.api(dialogue, &phones[4 + n as usize], by_voice).await;
    }
    let owner = &ways.world.owner;
    eventually("all notices to be recorded", || async {
        let leads = owner.leads("").await;
        leads.iter().all(|lead| lead["notice"]["state"] == "sent").then_some(())
    })
    .await;
    let leads = owner.leads("").await;
    let mut led: Vec<&str> = leads.iter().filter_map(|lead| lead["phone"].as_str()).collect();
    led.sort_unstable();
    assert_eq!(led, phones, "one lead each: {leads:#?}");
    for lead in &leads {
        assert_eq!((&lead["language"], &lead["name"]), (&json!(dialogue.language), &json!(dialogue.name)), "{lead}");
    }
    // A second notice would come at once or with the next look at the queue.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    for phone in &phones {
        assert_eq!(ways.notices(phone), 1, "one notice of {phone}");
    }
    let kinds: Vec<_> = leads.iter().filter_map(|lead| lead["channel_kind"].as_str()).collect();
    for kind in ["telegram", "webchat", "api"] {
        assert_eq!(kinds.iter().filter(|k| **k == kind).count(), 2, "{kind}: {kinds:?}");
    }
    // Listening was counted and paid for, channel by channel.
    let spend = owner.get("/api/ai/spend?days=1").await;
    assert_eq!(spend["days"][0]["recordings"], 12, "{spend}");
    assert_eq!(spend["by_channel"].as_array().map(Vec::len), Some(3), "{spend}");
    for channel in spend["by_channel"].as_array().expect("channels") {
        assert_eq!((&channel["recordings"], &channel["audio_seconds"]), (&json!(4), &json!(8.0)), "{channel}");
        assert!(channel["cost"].as_f64().is_some_and(|cost| cost >= 0.0008), "{channel}");
    }
}

async fn in_russian(backend: Backend) {
    every_way(backend, &RUSSIAN).await;
}

async fn in_kazakh(backend: Backend) {
    every_way(backend, &KAZAKH).await;
}

on_both_databases!(in_russian, in_kazakh);
