//! What the agent says arrives as it was said: nothing of it is cut away in silence.

use super::Office;
use crate::support::openai::{OpenAi, Reply};
use crate::support::{Backend, World, on_both_databases};

const FAMILY: &str = "👨\u{200d}👩\u{200d}👧\u{200d}👦";

fn long_answer(letters: usize) -> String {
    let sentence = format!("Дом стоит от 300 000 ₸ за м², под ключ, с баней {FAMILY} и садом. ");
    let mut text = String::from("Да.\n\n");
    while text.chars().count() < letters {
        text.push_str(&sentence);
    }
    text.trim_end().to_owned()
}

async fn a_long_answer_is_whole(backend: Backend) {
    let office = Office::open(backend).await;
    let text = long_answer(9_000);
    office.model.otherwise(Reply::text(&text));
    let answer = office.chat("u1", "Расскажите о домах").await;
    assert_eq!((answer["status"].as_str(), answer["response"].as_str()), (Some("success"), Some(text.as_str())));
}

async fn a_long_answer_goes_out_in_parts_that_break_nothing(backend: Backend) {
    let model = OpenAi::start().await;
    let text = long_answer(9_000);
    model.otherwise(Reply::text(&text));
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
    let world = World::with(backend, "webhook", &settings).await;
    let customer = world.customer(901, "Айгүл");
    customer.says("Расскажите о домах");
    let parts = world
        .telegram
        .until("the whole answer", || {
            let shown: Vec<String> = world.telegram.screen_of(901).iter().map(|call| call.text().to_owned()).collect();
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            (shown.iter().map(|part| letters(part)).sum::<usize>() >= letters(&text)).then_some(shown)
        })
        .await;
    assert_eq!(parts.join(" ").split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
    for part in &parts[..parts.len() - 1] {
        assert!((2_000..=4_096).contains(&part.encode_utf16().count()), "{} letters", part.chars().count());
        assert_eq!(part.matches('👨').count(), part.matches(FAMILY).count(), "a family was torn apart");
    }
}

/// More than anybody reads is no answer: a person goes on.
async fn an_answer_without_end_is_none(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::text(&"дом ".repeat(6_000)));
    let answer = office.chat("u2", "Расскажите о домах").await;
    let told = office.told(answer["conversation_id"].as_i64().unwrap()).await;
    assert!(told.iter().any(|e| e["event"] == "handed_over"), "{told:?}");
    assert!(!answer["response"].as_str().unwrap().contains("дом дом"), "{answer}");
}

on_both_databases!(a_long_answer_is_whole, a_long_answer_goes_out_in_parts_that_break_nothing, an_answer_without_end_is_none,);
