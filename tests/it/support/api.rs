//! The HTTP API as a program uses it. Verbs expect success; `ask` shows whatever comes.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Api {
    pub base: String,
    pub token: Option<String>,
    /// `X-Forwarded-For`: loopback is a trusted proxy, so a test can come from anywhere.
    pub address: Option<String>,
    pub http: reqwest::Client,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub bytes: Vec<u8>,
    /// What was asked, for the failure's text.
    asked: String,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status, status, "{} answered {text}", self.asked);
        self.body
    }

    /// An error in the fixed form: RFC 9457 with our `code`.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        let kind = self.header("content-type").to_string();
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status, "{body}");
        for field in ["type", "title", "detail"] {
            assert!(body[field].is_string(), "no {field} in {body}");
        }
        assert!(kind.starts_with("application/problem+json"), "content type {kind:?}");
        body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a cookie that this answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all("set-cookie").iter().find_map(|value| {
            let (key, rest) = value.to_str().ok()?.split_once('=')?;
            (key == name).then(|| rest.split(';').next().unwrap_or_default().to_string())
        })
    }
}

impl Api {
    pub fn new(base: String) -> Api {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Api { base, token: None, address: None, http }
    }

    pub fn with_token(&self, token: &str) -> Api {
        Api { token: Some(token.into()), ..self.clone() }
    }

    pub fn at_address(&self, address: &str) -> Api {
        Api { address: Some(address.into()), ..self.clone() }
    }

    /// `http://` and where the hub is.
    pub fn base(&self) -> &str {
        &self.base
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().expect("signed in")
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        request = request.timeout(std::time::Duration::from_secs(60));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(address) = &self.address {
            request = request.header("x-forwarded-for", address);
        }
        request
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let request = request.build()?;
        let asked = format!("{} {}", request.method(), request.url().path());
        let answer = self.http.execute(request).await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { status, headers, body, bytes, asked })
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.send(request).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub async fn try_get(&self, path: &str) -> Option<Answer> {
        self.send(self.request(Method::GET, path)).await.ok()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await.expect(200)
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    pub async fn login(&self, email: &str, password: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("username", email)
            .append_pair("password", password)
            .finish();
        let request =
            self.request(Method::POST, "/api/auth/login").header("content-type", "application/x-www-form-urlencoded").body(form);
        self.send(request).await.expect("login answers")
    }

    /// A new company and its owner, signed in.
    pub async fn owner(&self, email: &str, company: &str) -> Api {
        let body = json!({"email": email, "password": PASSWORD, "company_name": company});
        self.post("/api/auth/register", body).await.expect(201);
        self.signed_in(email).await
    }

    pub async fn signed_in(&self, email: &str) -> Api {
        let answer = self.login(email, PASSWORD).await.expect(200);
        self.with_token(answer["access_token"].as_str().expect("an access token"))
    }

    /// A colleague: invited by us, accepted, signed in.
    pub async fn invite(&self, role: &str, email: &str, name: &str) -> Api {
        let invite = self.post("/api/invites", json!({"role": role})).await.expect(201);
        let token = invite["url"].as_str().expect("an invite URL").split('#').nth(1).expect("a token");
        let body = json!({"token": token, "email": email, "password": PASSWORD, "name": name});
        let anyone = Api { token: None, ..self.clone() };
        anyone.post("/api/invites/accept", body).await.expect(201);
        anyone.signed_in(email).await
    }

    pub async fn me(&self) -> Value {
        self.get("/api/auth/me").await
    }

    pub async fn channels(&self) -> Vec<Value> {
        list(self.get("/api/channels").await, "channels")
    }

    pub async fn webchat_key(&self) -> String {
        let channels = self.channels().await;
        let webchat = channels.iter().find(|channel| channel["kind"] == "webchat");
        webchat.expect("a web chat comes with the company")["key"].as_str().expect("a key").into()
    }

    pub async fn conversations(&self, query: &str) -> Vec<Value> {
        list(self.get(&format!("/api/conversations?{query}")).await, "conversations")
    }

    /// All messages of a conversation, oldest first, over as many pages as it takes.
    pub async fn messages(&self, conversation: i64) -> Vec<Value> {
        let path = format!("/api/conversations/{conversation}/messages?limit=200");
        let mut all = self.pages(&path, "messages").await;
        all.reverse();
        all
    }

    pub async fn pages(&self, path: &str, plural: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}{cursor}")).await;
            let next = page["next_cursor"].as_str().map(str::to_string);
            all.extend(list(page, plural));
            match next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }

    /// Sends a text as an operator; answers the message.
    pub async fn answer(&self, conversation: i64, text: &str) -> Value {
        self.say(conversation, json!({"text": text})).await.expect(201)
    }

    pub async fn say(&self, conversation: i64, body: Value) -> Answer {
        self.post(&format!("/api/conversations/{conversation}/messages"), body).await
    }

    /// The same, with an `Idempotency-Key`.
    pub async fn say_once(&self, conversation: i64, key: &str, body: Value) -> Answer {
        let path = format!("/api/conversations/{conversation}/messages");
        let request = self.request(Method::POST, &path).header("idempotency-key", key).json(&body);
        self.send(request).await.expect("an answer")
    }

    /// A lead that this operator writes down.
    pub async fn lead(&self, conversation: i64, name: &str, phone: &str) -> Value {
        let body = json!({"conversation_id": conversation, "name": name, "phone": phone});
        self.post("/api/leads", body).await.expect(201)
    }

    pub async fn leads(&self, query: &str) -> Vec<Value> {
        list(self.get(&format!("/api/leads?{query}")).await, "leads")
    }

    /// As the console's page does it: a browser's own heading of the file tells `"` and `%22` alike.
    pub async fn upload_named(&self, name: &str, bytes: Vec<u8>) -> Answer {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.replace('"', "%22"));
        let form = reqwest::multipart::Form::new().text("name", name.to_owned()).part("file", part);
        let request = self.request(Method::POST, "/api/files").multipart(form);
        self.send(request).await.expect("an answer")
    }

    pub async fn upload(&self, name: &str, mime: &str, bytes: Vec<u8>) -> Answer {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_string());
        let part = part.mime_str(mime).expect("a media type");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = self.request(Method::POST, "/api/files").multipart(form);
        self.send(request).await.expect("an answer")
    }
}

pub const PASSWORD: &str = "correct horse battery";

#[track_caller]
pub fn list(mut body: Value, plural: &str) -> Vec<Value> {
    match body[plural].take() {
        Value::Array(items) => items,
        other => panic!("no {plural} in {other} {body}"),
    }
}

#[track_caller]
pub fn id(object: &Value) -> i64 {
    object["id"].as_i64().unwrap_or_else(|| panic!("no id in {object}"))
}
