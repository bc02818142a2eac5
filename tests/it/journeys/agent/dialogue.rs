//! The dialogue of the API document, over every way in, ends in exactly one lead.

use serde_json::json;

use super::{Office, sales_manager};
use crate::support::openai::Reply;
use crate::support::{Backend, Hub, Visitor, eventually, on_both_databases};

async fn the_documents_dialogue_ends_in_one_lead(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.rule(sales_manager);
    let user = "client_telegram_12345";
    let first = office.chat(user, "Хочу дом").await;
    assert_eq!(first["status"], "success", "{first}");
    assert_eq!(first["user_id"], user);
    assert_eq!(first["response"], "В каком городе?");
    assert_eq!(first["function_called"], json!(null));
    assert_eq!(office.chat(user, "Алматы").await["response"], "Какую площадь рассматриваете?");
    assert_eq!(office.chat(user, "150 квадратов").await["response"], "Как вас зовут и на какой номер перезвонить?");
    assert!(office.leads().await.is_empty(), "no lead without a phone");
    let last = office.chat(user, "Канат, 87768776637").await;
    assert_eq!(last["function_called"], "register_lead", "{last}");
    assert!(last["response"].as_str().unwrap().contains("87768776637"), "{last}");

    let leads = office.leads().await;
    assert_eq!(leads.len(), 1, "{leads:#?}");
    let lead = &leads[0];
    let me = office.owner.me().await;
    for (field, value) in [("name", "Канат"), ("phone", "87768776637"), ("phone_e164", "+77768776637"), ("city", "Алматы")]
    {
        assert_eq!(lead[field], value, "{lead}");
    }
    assert_eq!(lead["owner_id"], me["id"], "the company is never the model's word");
    assert_eq!(lead["status"], "new");
    // Told live, once.
    let created: Vec<_> = office.feed.durable().into_iter().filter(|f| f["type"] == "lead.created").collect();
    assert_eq!(created.len(), 1, "{created:#?}");
    // The model repeats itself: the same request stays one lead.
    office.chat(user, "Ещё раз: 87768776637, Канат").await;
    assert_eq!(office.leads().await.len(), 1);
    // The conversation is marked, and what was said is provable.
    let conversation = lead["conversation_id"].as_i64().unwrap();
    let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!(shown["lead_id"], lead["id"], "{shown}");
    let run = lead["agent_run_id"].as_i64().expect("the run that registered it");
    let run = office.owner.get(&format!("/api/agent-runs/{run}")).await;
    assert_eq!(run["function_called"], "register_lead", "{run}");
    assert!(run["tool_calls"][0]["result"].is_object(), "{run}");
    // What the model was told is shown letter by letter, though its wording is stored once for all runs.
    let prompt = run["prompt"].as_str().expect("a prompt");
    assert!(office.model.chats().iter().any(|ask| ask.system() == prompt), "nobody was told so: {prompt}");
    assert!(!run["messages_read"].as_array().expect("the messages it read").is_empty(), "{run}");
    let kept = office.hub.count("SELECT COUNT(*) FROM prompts").await;
    let runs = office.hub.count("SELECT COUNT(*) FROM agent_runs").await;
    assert!(kept >= 1 && kept < runs, "{kept} wordings for {runs} runs");
    let log = office.hub.log();
    for step in [
        "a customer has written",
        "whose company it is",
        "who the customer is",
        "asking the model",
        "the model has answered",
        "function call",
        "lead registered",
    ] {
        assert!(log.contains(step), "the log does not tell: {step}");
    }
}

async fn a_visitor_is_answered_and_operators_watch(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.rule(sales_manager);
    let key = office.owner.webchat_key().await;
    let visitor = Visitor::open(&office.hub.url(), &key).await;
    assert!(visitor.welcome["agent"]["name"].is_string(), "the page says that an AI answers: {}", visitor.welcome);
    // In the page's language, whatever the browser's header says.
    for (language, hello) in [("kk", "Сәлеметсіз"), ("ru", "Здравствуйте")] {
        let frame = json!({"type": "hello", "channel_key": key, "visitor": null, "language": language});
        let page = Visitor::greets(&office.hub.url(), frame, &[("accept-language", "en-US")]).await;
        let agent = &page.welcome["agent"];
        assert!(agent["greeting"].as_str().is_some_and(|text| text.starts_with(hello)), "{language}: {agent}");
        assert_eq!(agent["greeting"], agent["greetings"][language], "{agent}");
    }
    visitor.says("c1", "Хочу дом").await;
    let answer = visitor.sees("В каком городе?").await;
    assert_eq!(answer["author"]["type"], "agent", "{answer}");
    let frame = office.feed.message("В каком городе?").await;
    assert_eq!(frame["conversation"]["handler"], "agent", "{frame}");
    assert!(frame["data"]["agent_run_id"].is_i64(), "{frame}");
    let signs = office.feed.socket.frames();
    assert!(signs.iter().any(|f| f["type"] == "message.draft"), "the growing draft was shown");
    assert!(signs.iter().any(|f| f["type"] == "message.draft" && f["done"] == true), "and taken away");
}

async fn words_that_come_together_are_answered_together(backend: Backend) {
    let office = Office::open(backend).await;
    let both = |ask: &crate::support::openai::Ask| {
        let said = ask.body["messages"].to_string();
        (said.contains("Хочу дом") && said.contains("в Астане")).then(|| Reply::text("Понял, дом в Астане."))
    };
    office.model.rule(both);
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    visitor.says("c2", "в Астане").await;
    visitor.sees("Понял, дом в Астане.").await;
    let said: Vec<_> = visitor.socket.frames().into_iter().filter(|f| f["message"]["direction"] == "out").collect();
    assert_eq!(said.len(), 1, "one answer: {said:#?}");
}

async fn without_a_key_people_answer(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@shop.kz", "Shop").await;
    let form = reqwest::multipart::Form::new().text("user_id", "u1").text("text", "hi");
    let asked = owner.send(owner.request(reqwest::Method::POST, "/api/chat").multipart(form)).await.unwrap();
    asked.refused(503, "agent_off");
    assert!(owner.conversations("").await.is_empty(), "nothing is stored");
    let visitor = Visitor::open(&hub.url(), &owner.webchat_key().await).await;
    assert!(visitor.welcome["agent"].is_null(), "{}", visitor.welcome);
    visitor.says("c1", "hello").await;
    let conversations = owner.conversations("").await;
    assert_eq!(conversations[0]["handler"], "queue", "{conversations:#?}");
}

async fn a_turn_survives_a_crash(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.queue(Reply::hang());
    let key = office.owner.webchat_key().await;
    let visitor = Visitor::open(&office.hub.url(), &key).await;
    visitor.says("c1", "Хочу дом").await;
    office.model.asked(1).await;
    office.hub.kill();
    office.model.behave();
    office.model.otherwise(Reply::text("В каком городе?"));
    office.hub.restart().await;
    let back = Visitor::back(&office.hub.url(), &key, visitor.token()).await;
    let answered = eventually("the answer after the restart", || async {
        let all = office.owner.conversations("").await;
        let conversation = all[0]["id"].as_i64()?;
        let messages = office.owner.messages(conversation).await;
        let said: Vec<_> = messages.into_iter().filter(|m| m["direction"] == "out").collect();
        (!said.is_empty()).then_some(said)
    });
    let answered = answered.await;
    assert_eq!(answered.len(), 1, "{answered:#?}");
    drop(back);
}

on_both_databases!(
    the_documents_dialogue_ends_in_one_lead,
    a_visitor_is_answered_and_operators_watch,
    words_that_come_together_are_answered_together,
    without_a_key_people_answer,
    a_turn_survives_a_crash,
);
