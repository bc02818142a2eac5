//! What surrounds every answer: headers, Hosts, origins, and what unknown addresses and wrong methods are told.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use switchboard::api::ROUTES;

use crate::support::socket::Socket;
use crate::support::{Answer, Api, Backend, Hub, run};

const PARTNER: &str = "https://crm.example";

async fn hub() -> Hub {
    Hub::start(Backend::Sqlite, &[("CORS_ORIGINS", PARTNER)]).await
}

async fn with(api: &Api, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = api.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request).await.expect("an answer")
}

#[test]
fn every_answer_carries_the_security_headers() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        let pages = ["/", "/inbox", "/login", "/c/some-key", "/nothing.js", "/docs"];
        let api = ["/health", "/api/health", "/api/auth/options", "/api/auth/me", "/api/nothing", "/api/conversations/1"];
        for path in pages.iter().chain(&api) {
            let answer = with(&hub.api(), Method::GET, path, &[]).await;
            let csp = answer.header("content-security-policy");
            let directives: BTreeSet<&str> = csp.split(';').map(str::trim).collect();
            assert!(directives.iter().any(|d| d.starts_with("frame-ancestors ")), "{path}: {csp:?}");
            if answer.header("content-type").contains("json") {
                assert!(directives.contains("default-src 'none'"), "{path}: {csp:?}");
            } else {
                for wanted in ["default-src 'self'", "connect-src 'self'", "base-uri 'none'"] {
                    assert!(directives.contains(wanted), "{path}: no {wanted} in {csp:?}");
                }
                let scripts = directives.iter().find(|d| d.starts_with("script-src")).unwrap_or(&"default-src 'self'");
                assert!(!scripts.contains("unsafe") && !scripts.contains("http"), "{path}: {csp:?}");
                let referrer = answer.header("referrer-policy");
                assert!(
                    ["strict-origin-when-cross-origin", "same-origin", "no-referrer"].contains(&referrer),
                    "{path}: {referrer:?}"
                );
            }
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert!(!answer.header("x-request-id").is_empty(), "{path}");
            assert!(answer.headers.get("server").is_none() && answer.headers.get("x-powered-by").is_none(), "{path}");
            if path.starts_with("/api/") {
                assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            }
        }
        // The console may not be framed by anybody.
        for path in ["/", "/inbox", "/login"] {
            let answer = with(&hub.api(), Method::GET, path, &[]).await;
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        }
    });
}

#[test]
fn an_unknown_address_is_a_problem_to_programs() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE, Method::PUT] {
            for path in ["/api", "/api/", "/api/nothing", "/api/conversations/1/nothing", "/api/../api/nothing", "/api//nothing"]
            {
                with(&hub.api(), method.clone(), path, &[]).await.refused(404, "not_found");
            }
        }
        for path in ["/nothing.js", "/assets/nothing", "/..%2f..%2fCargo.toml", "/assets/..%2f..%2fCargo.toml"] {
            let answer = with(&hub.api(), Method::GET, path, &[]).await;
            assert_eq!(answer.status, 404, "{path}: {answer:?}");
        }
    });
}

#[test]
fn json_travels_packed_as_far_as_the_caller_unpacks_it() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        let owner = hub.api().owner("a@b.kz", "X").await;
        let ask = async |path: &str, takes: &str| with(&owner, Method::GET, path, &[("accept-encoding", takes)]).await;
        let long = "/api/agent/presets";
        let plain = ask(long, "identity").await;
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "Accept-Encoding"));
        let packed = ask(long, "br;q=1.0, gzip;q=0.8").await;
        assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "Accept-Encoding"));
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed.bytes[..]), &mut unpacked).expect("gzip");
        assert_eq!(unpacked, plain.bytes);
        assert!(packed.bytes.len() * 2 < plain.bytes.len(), "{} of {}", packed.bytes.len(), plain.bytes.len());
        assert_eq!(ask(long, "gzip;q=0").await.header("content-encoding"), "");
        // What fits into a packet goes as it is.
        assert_eq!(ask("/api/auth/me", "gzip").await.header("content-encoding"), "");
    });
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        let paths: BTreeSet<&str> = ROUTES.iter().map(|row| row.path).collect();
        let check = async |path: &str, taken: BTreeSet<&str>| {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().filter(|m| !taken.contains(m)) {
                let answer = with(&hub.api(), method.parse().expect("a method"), path, &[]).await;
                let allow = answer.header("allow").to_owned();
                assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
                assert_eq!(allow.split(", ").collect::<BTreeSet<_>>(), taken, "{method} {path}");
                answer.refused(405, "method_not_allowed");
            }
        };
        for path in paths {
            let mut taken: BTreeSet<&str> = ROUTES.iter().filter(|r| r.path == path).map(|r| r.method.as_str()).collect();
            if taken.contains("GET") {
                taken.insert("HEAD");
            }
            check(&path.replace("{id}", "1"), taken).await;
        }
        check("/inbox", BTreeSet::from(["GET", "HEAD"])).await;
        check("/api/telegram/webhook", BTreeSet::from(["POST"])).await;
        check("/api/telegram/webhook/1", BTreeSet::from(["POST"])).await;
    });
}

#[test]
fn a_foreign_host_is_refused() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        let body = json!({"email": "a@b.kz", "password": "correct horse battery", "company_name": "X"});
        for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
            for path in ["/", "/inbox", "/api/auth/options", "/health", "/api/nothing", "/ws", "/api/telegram/webhook"] {
                let answer = with(&hub.api(), Method::GET, path, &[("host", host)]).await;
                assert_eq!((answer.status, answer.body["code"].as_str()), (421, Some("unknown_host")), "{host:?} {path}");
            }
            let request = hub.api().request(Method::POST, "/api/auth/register").header("host", host).json(&body);
            assert_eq!(hub.api().send(request).await.expect("an answer").status, 421);
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM users").await, 0);
        for host in ["127.0.0.1", "localhost:1", "LOCALHOST"] {
            assert_eq!(with(&hub.api(), Method::GET, "/health", &[("host", host)]).await.status, 200, "{host}");
        }
    });
}

#[test]
fn a_foreign_page_opens_no_socket() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        let (ws, own) = (format!("{}/ws", hub.url()), hub.url());
        let near = format!("{own}.evil.example");
        for origin in ["https://evil.example", "null", near.as_str(), "https://crm.example.evil.example", "http://crm.example"] {
            let refused = Socket::connect(&ws, &[("origin", origin)]).await.err();
            assert_eq!(refused, Some(403), "{origin}");
        }
        for headers in [&[][..], &[("origin", own.as_str())], &[("origin", PARTNER)]] {
            assert!(Socket::connect(&ws, headers).await.is_ok(), "{headers:?}");
        }
        // A visitor's page says which chat it wants before its origin is judged: ours, unless the channel names others.
        let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
        let key = owner.webchat_key().await;
        for (origin, answer) in [("https://evil.example", "nack"), ("null", "nack"), (own.as_str(), "welcome")] {
            let socket = Socket::connect(&format!("{ws}/chat"), &[("origin", origin)]).await.expect("it opens");
            socket.send(json!({"type": "hello", "channel_key": key, "visitor": null, "after": null}));
            let first = socket.find("the first word", 0, |frame| Some(frame["type"].clone())).await;
            assert_eq!(first, answer, "{origin}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM identities").await, 0, "nobody has written yet");
    });
}

#[test]
fn only_named_origins_may_read_answers() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        let preflight = [("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
        for path in ["/api/auth/options", "/api/conversations", "/health"] {
            let answer = with(&hub.api(), Method::GET, path, &[("origin", PARTNER)]).await;
            assert_eq!(answer.header("access-control-allow-origin"), PARTNER, "{path}");
            assert!(answer.headers.get_all("vary").iter().any(|v| v == "Origin"), "{path}");
            let asked = with(&hub.api(), Method::OPTIONS, path, &[("origin", PARTNER), preflight[0], preflight[1]]).await;
            assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, PARTNER), "{path}");
            assert!(asked.header("access-control-allow-headers").contains("Authorization"), "{path}");
            for origin in ["https://evil.example", "null", "https://crm.example.evil.example", "http://crm.example"] {
                for (method, more) in [(Method::GET, &[][..]), (Method::OPTIONS, &preflight)] {
                    let headers: Vec<_> = [("origin", origin)].into_iter().chain(more.iter().copied()).collect();
                    let answer = with(&hub.api(), method.clone(), path, &headers).await;
                    let told: Vec<_> = answer.headers.keys().filter(|k| k.as_str().starts_with("access-control-")).collect();
                    assert!(told.is_empty(), "{method} {path} from {origin}: {told:?}");
                }
            }
        }
    });
}

/// A cookie alone proves nobody's wish.
#[test]
fn a_foreign_page_cannot_use_the_cookie() {
    run(Backend::Sqlite, |_| async {
        let hub = hub().await;
        hub.api().owner("owner@stroika.kz", "Stroika").await;
        let login = hub.api().login("owner@stroika.kz", crate::support::api::PASSWORD).await;
        let set = login.header("set-cookie").to_owned();
        for part in ["HttpOnly", "SameSite=Lax"] {
            assert!(set.contains(part), "{set}");
        }
        let cookie = set.split(';').next().expect("a cookie").to_owned();
        for origin in [Some("https://evil.example"), Some("null"), None] {
            for path in ["/api/auth/refresh", "/api/auth/logout"] {
                let mut headers = vec![("cookie", cookie.as_str())];
                headers.extend(origin.map(|origin| ("origin", origin)));
                with(&hub.api(), Method::POST, path, &headers).await.refused(403, "forbidden");
            }
        }
        let own = hub.url();
        with(&hub.api(), Method::POST, "/api/auth/refresh", &[("cookie", &cookie), ("origin", &own)]).await.expect(200);
    });
}
