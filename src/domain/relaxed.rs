//! JSON as models and careless servers write it: a comma too many, Python's quotes and words, raw line ends inside of texts,
//! keys without quotes. What is JSON by the book is read by the book.
use serde_json::{Map, Value};

mod reader;

use reader::Reader;

/// The value that `text` begins with, and how many bytes it takes.
pub fn value(text: &str) -> Option<(Value, usize)> {
    let mut strict = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if let Some(Ok(value)) = strict.next() {
        return Some((value, strict.byte_offset()));
    }
    let mut reader = Reader::new(text, false);
    let value = reader.value()?;
    Some((value, reader.at()))
}

/// The same where the brackets at the end may be missing: before the end of the text, a tag or a fence.
pub fn unclosed(text: &str) -> Option<(Value, usize)> {
    let mut reader = Reader::new(text, true);
    let value = reader.value()?;
    Some((value, reader.at()))
}

/// A text that is one value.
pub fn whole(text: &str) -> Option<Value> {
    let (value, length) = value(text)?;
    text[length..].trim().is_empty().then_some(value)
}

/// `(city="Omsk", area=150)`: the arguments of a call in Python's way; `({"city": "Omsk"})` too.
pub fn keywords(text: &str) -> Option<(Map<String, Value>, usize)> {
    let mut reader = Reader::new(text, false);
    let arguments = reader.keywords()?;
    Some((arguments, reader.at()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_people_would_read_is_read() {
        let lead = json!({"name": "Канат", "area": 150, "urgent": true, "note": null, "tags": ["a", "b"]});
        for text in [
            r#"{"name":"Канат","area":150,"urgent":true,"note":null,"tags":["a","b"]}"#,
            r#"{"name": "Канат", "area": 150, "urgent": true, "note": null, "tags": ["a", "b",],}"#,
            r#"{'name': 'Канат', 'area': 150, 'urgent': True, 'note': None, 'tags': ['a', 'b']}"#,
            r#"{name: "Канат", area: 150, urgent: true, note: null, tags: ["a", "b"]}"#,
            r#"{“name”: “Канат”, “area”: 150, “urgent”: true, “note”: null, “tags”: [“a”, “b”]}"#,
            r#"{"name" => "Канат", "area" => 150, "urgent" => true, "note" => null, "tags" => ["a", "b"]}"#,
        ] {
            assert_eq!(whole(text), Some(lead.clone()), "{text}");
        }
        for (text, wanted) in [
            ("{\"note\": \"дом\nи баня\"}", json!({"note": "дом\nи баня"})),
            ("{\"note\": \"дом\tи\"}", json!({"note": "дом\tи"})),
            (r#"{"note": "дом "под ключ" здесь"}"#, json!({"note": "дом \"под ключ\" здесь"})),
            (r#"{"note": "C:\дом \'x\' \ud83d"}"#, json!({"note": "C:дом 'x' \u{fffd}"})),
            (r#"{'a': "it's", 'b': '\ud83d\ude00'}"#, json!({"a": "it's", "b": "😀"})),
            (
                "{city: Нур-Султан, phone: +7 776 877 66 37, area: 1.5}",
                json!({"city": "Нур-Султан", "phone": "+7 776 877 66 37", "area": 1.5}),
            ),
            ("{}", json!({})),
            ("[ ]", json!([])),
        ] {
            assert_eq!(whole(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_none() {
        for text in
            ["", "{", "{\"a\":", "{\"a\":1", "[1, 2", "{город}", "привет", "{a b: 1}", "{\"a\" 1}", "{\"a\":\"", "{{}}", "{,}"]
        {
            assert_eq!(whole(text), None, "{text}");
        }
        assert_eq!(value("{\"a\":1} и"), Some((json!({"a": 1}), 7)));
        assert_eq!(value("{'a':1,} и"), Some((json!({"a": 1}), 8)));
        assert_eq!(value(&"[".repeat(10_000)), None);
        assert_eq!(value(&"{\"a\":".repeat(10_000)), None);
    }

    #[test]
    fn brackets_may_be_missing_where_the_text_ends() {
        let wanted = json!({"name": "x", "arguments": {"a": 1}});
        for text in [
            r#"{"name": "x", "arguments": {"a": 1}"#,
            r#"{"name": "x", "arguments": {"a": 1"#,
            "{\"name\": \"x\", \"arguments\": {\"a\": 1}\n</tool_call>",
            "{\"name\": \"x\", \"arguments\": {\"a\": 1}\n```",
        ] {
            assert_eq!(unclosed(text).map(|(value, _)| value), Some(wanted.clone()), "{text}");
        }
        for text in [r#"{"name": "x", "arguments": {"a": "бе"#, r#"{"name": "x", "argum"#, r#"{"name":"#] {
            assert_eq!(unclosed(text), None, "{text}");
        }
    }

    #[test]
    fn a_call_in_pythons_way() {
        let (arguments, length) = keywords("(city='Омск', area=150, tags=['a'],) и").unwrap();
        assert_eq!((json!(arguments), length), (json!({"city": "Омск", "area": 150, "tags": ["a"]}), 40));
        assert_eq!(keywords("()").map(|(arguments, _)| arguments.len()), Some(0));
        assert_eq!(json!(keywords("({\"city\": \"Омск\"})").unwrap().0), json!({"city": "Омск"}));
        for text in ["(to a person)", "(3)", "(city)", "(a=1", ""] {
            assert_eq!(keywords(text), None, "{text}");
        }
    }
}
