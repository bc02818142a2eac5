use super::*;

fn kind(status: u16, body: &str) -> (ErrorKind, bool) {
    let failure = Failure::of_answer(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes());
    (failure.error.kind, failure.again)
}

#[test]
fn errors_of_many_servers_are_understood() {
    use ErrorKind::*;
    let cases = [
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            NoMoney,
            false,
        ),
        (429, r#"{"error":{"message":"slow","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#, RateLimited, true),
        (429, r#"{"error":{"message":"Mock error","type":"mock_error","code":null}}"#, RateLimited, true),
        (402, "Payment Required", NoMoney, false),
        (401, r#"{"error":{"message":"Incorrect API key provided: sk-x","code":"invalid_api_key"}}"#, BadKey, false),
        (403, r#"{"error":"forbidden"}"#, BadKey, false),
        (
            403,
            r#"{"error":{"message":"Project does not have access to model gpt-9","code":"model_not_found"}}"#,
            UnknownModel,
            false,
        ),
        (
            400,
            r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#,
            BadKey,
            false,
        ),
        (404, r#"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#, UnknownModel, false),
        (404, r#"{"detail":"Not Found"}"#, UnknownModel, false),
        (404, "<html>404</html>", UnknownModel, false),
        (400, r#"{"object":"error","message":"The model `x` does not exist.","code":40401}"#, UnknownModel, false),
        (
            400,
            r#"{"error":{"message":"too long","code":"context_length_exceeded","type":"invalid_request_error"}}"#,
            Refused,
            false,
        ),
        (422, r#"{"detail":[{"loc":["body","model"],"msg":"not found"}]}"#, Refused, false),
        (413, "", Refused, false),
        (302, "", Refused, false),
        (500, "Internal Server Error", Unavailable, true),
        (503, r#"{"error":{"message":"overloaded","code":503}}"#, Unavailable, true),
        (529, "[]", Unavailable, true),
        (408, "null", Unavailable, true),
    ];
    for (status, body, wanted, again) in cases {
        assert_eq!(kind(status, body), (wanted, again), "{status} {body}");
    }
}

#[test]
fn an_error_inside_a_stream_is_judged_by_its_words() {
    let kind = |text: &str| Failure::of_object(&serde_json::from_str(text).unwrap()).error.kind;
    assert_eq!(kind(r#"{"message":"Provider returned error","code":502}"#), ErrorKind::Unavailable);
    assert_eq!(kind(r#"{"message":"slow down","code":429}"#), ErrorKind::RateLimited);
    assert_eq!(kind(r#"{"type":"insufficient_quota"}"#), ErrorKind::NoMoney);
    assert_eq!(kind(r#""boom""#), ErrorKind::Unavailable);
    assert_eq!(kind(r#"{"message":"x","code":200}"#), ErrorKind::Unavailable);
}

#[test]
fn no_sentence_repeats_what_the_server_said() {
    for status in [400, 401, 403, 404, 418, 429, 500] {
        let body = r#"{"error":{"message":"sk-secret","type":"sk-secret","code":"sk-secret"}}"#;
        let failure = Failure::of_answer(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes());
        assert!(!failure.to_string().contains("sk-secret"));
    }
}
