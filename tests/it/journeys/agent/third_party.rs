//! One dialogue against somebody else's model server, npm `@copilotkit/aimock`: our own double could share our
//! misunderstandings. `make test` installs it beside the foreign Bot API server.

use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::{Api, Backend, Hub, eventually, run};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn chat(owner: &Api, text: &str) -> serde_json::Value {
    let form = reqwest::multipart::Form::new().text("user_id", "client_1").text("text", text.to_owned());
    let request = owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
    owner.send(request).await.expect("an answer").expect(200)
}

#[test]
fn a_foreign_model_server() {
    run(Backend::Sqlite, |backend| async move {
        let folder =
            std::env::var("TEST_TELEGRAM_API").expect("TEST_TELEGRAM_API names the folder of the tools (`make test` does)");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let lead = json!({"name": "Канат", "phone": "87768776637", "city": "Алматы", "summary": "Дом", "language": "ru"});
        let fixtures = json!({"fixtures": [
            {"match": {"userMessage": "87768776637", "hasToolResult": false},
             "response": {"toolCalls": [{"name": "register_lead", "arguments": lead.to_string()}]}},
            {"match": {"userMessage": "87768776637", "hasToolResult": true}, "response": {"content": "Спасибо, Канат! Перезвоним."}},
            {"match": {"userMessage": "дом"}, "response": {"content": "В каком городе?"}},
        ]});
        let file = std::env::temp_dir().join(format!("switchboard-aimock-{port}.json"));
        std::fs::write(&file, fixtures.to_string()).unwrap();
        let child = Command::new("node")
            .args(["node_modules/@copilotkit/aimock/dist/cli.js", "-h", "127.0.0.1", "-p", &port.to_string(), "-f"])
            .arg(&file)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let _server = Server(child.expect("node runs"));
        let base = format!("http://127.0.0.1:{port}/v1");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        eventually("the foreign server", || async { http.get(format!("{base}/models")).send().await.ok().map(|_| ()) }).await;
        let hub = Hub::start(backend, &[("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", &base)]).await;
        let owner = hub.api().owner("a@a.kz", "A").await;
        let first = chat(&owner, "Хочу дом").await;
        assert_eq!(first["response"], "В каком городе?", "{first}");
        let last = chat(&owner, "Канат, 87768776637").await;
        assert_eq!(
            (last["function_called"].as_str(), last["response"].as_str()),
            (Some("register_lead"), Some("Спасибо, Канат! Перезвоним.")),
            "{last}"
        );
        assert_eq!(owner.leads("").await.len(), 1);
        let _ = std::fs::remove_file(file);
    });
}
