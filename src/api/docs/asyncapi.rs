//! The AsyncAPI document: the two websockets, from the types of what is said on them.
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::api::messages::SendBody;
use crate::domain::customer::CustomerView;
use crate::domain::event::{ConversationView, FeedFrame, Left, NotificationView, NotificationsRead, UnreadView};
use crate::domain::ids::ConversationId;
use crate::domain::lead::LeadView;
use crate::domain::message::MessageView;
use crate::hub::frames::{AnyHears, OperatorFrame, VisitorHears};
use crate::hub::operator_session::frames::ClientFrame;
use crate::hub::visitor_session::frames::VisitorFrame;

/// A message to send: where to, and what `POST /api/conversations/{id}/messages` takes.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "the socket reads the two parts one after the other; this is what they are together")]
struct SendFrame {
    conversation_id: ConversationId,
    #[serde(flatten)]
    body: SendBody,
}

/// Stands in for the data of events that are kept as JSON.
struct DataOf<T>(std::marker::PhantomData<T>);

impl<T> Serialize for DataOf<T> {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_unit()
    }
}

impl<T: JsonSchema> JsonSchema for DataOf<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}

/// The messages of one socket, by the names under which the document keeps them.
#[derive(Default)]
struct Socket {
    sends: Vec<String>,
    hears: Vec<String>,
}

#[derive(Default)]
struct Frames {
    messages: Map<String, Value>,
}

impl Frames {
    /// Keeps a frame under its type; where another of that type stands, under the prefix.
    fn keep(&mut self, prefixes: &[&str], payload: Value) -> String {
        let kind = payload["properties"]["type"]["const"].as_str().unwrap_or_default().to_owned();
        let title = Value::from(kind.clone());
        let name = kind.replace('.', "_");
        let message = json!({ "title": title, "payload": payload });
        for prefix in [""].iter().chain(prefixes) {
            let name = format!("{prefix}{name}");
            match self.messages.get(&name) {
                None => {
                    self.messages.insert(name.clone(), message);
                    return name;
                }
                Some(kept) if *kept == message => return name,
                Some(_) => {}
            }
        }
        name
    }

    /// Frames of one type that come in two forms are one message.
    fn keep_all(&mut self, prefixes: &[&str], payloads: Vec<Value>) -> Vec<String> {
        let mut by_type: Vec<(Value, Vec<Value>)> = vec![];
        for payload in payloads {
            let kind = payload["properties"]["type"]["const"].clone();
            match by_type.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, forms)) => forms.push(payload),
                None => by_type.push((kind, vec![payload])),
            }
        }
        let one = |(kind, mut forms): (Value, Vec<Value>)| match forms.len() {
            1 => forms.remove(0),
            _ => json!({ "type": "object", "properties": { "type": { "const": kind } }, "required": ["type"], "oneOf": forms }),
        };
        by_type.into_iter().map(one).map(|payload| self.keep(prefixes, payload)).collect()
    }
}

fn of_type(mut payload: Value, kind: &str) -> Value {
    if let Some(schema) = payload.as_object_mut() {
        // That there must be words or files is said where a body is described.
        schema.remove("anyOf");
    }
    payload["properties"]["type"] = json!({ "type": "string", "const": kind });
    match payload.get_mut("required").and_then(Value::as_array_mut) {
        Some(required) => required.push("type".into()),
        None => payload["required"] = json!(["type"]),
    }
    payload
}

/// An event of the feed.
fn event<T: JsonSchema>(schemas: &mut Schemas, kind: &str) -> Value {
    let mut payload = schemas.given_frames::<FeedFrame<'_, DataOf<T>>>().remove(0);
    payload = of_type(payload, kind);
    payload["properties"]["prev"] = json!({ "type": "integer", "format": "int64" });
    let mut required = vec!["type", "prev", "seq", "at", "data"];
    if kind.starts_with("message.") {
        required.extend(["conversation_id", "conversation"]);
    } else if kind.starts_with("lead.") {
        required.push("conversation_id");
    }
    if !kind.starts_with("message.")
        && let Some(fields) = payload["properties"].as_object_mut()
    {
        fields.remove("conversation");
    }
    payload["required"] = json!(required);
    payload
}

fn events(schemas: &mut Schemas) -> Vec<Value> {
    vec![
        event::<MessageView>(schemas, "message.created"),
        event::<MessageView>(schemas, "message.updated"),
        event::<ConversationView>(schemas, "conversation.created"),
        event::<ConversationView>(schemas, "conversation.updated"),
        event::<ConversationView>(schemas, "conversation.assigned"),
        event::<ConversationView>(schemas, "conversation.entered"),
        event::<Left>(schemas, "conversation.left"),
        event::<CustomerView>(schemas, "customer.updated"),
        event::<LeadView>(schemas, "lead.created"),
        event::<LeadView>(schemas, "lead.updated"),
        event::<NotificationView>(schemas, "notification.created"),
        event::<NotificationsRead>(schemas, "notifications.read"),
        event::<UnreadView>(schemas, "unread.updated"),
    ]
}

pub fn document() -> Value {
    let (mut schemas, mut frames) = (Schemas::new(), Frames::default());
    let any = schemas.given_frames::<AnyHears>();
    let mut hears = events(&mut schemas);
    hears.extend(schemas.given_frames::<OperatorFrame>());
    hears.extend(any.clone());
    let mut sends = schemas.taken_frames::<ClientFrame>();
    sends.extend(schemas.taken_frames::<SendFrame>().into_iter().map(|payload| of_type(payload, "send")));
    let operators = Socket { hears: frames.keep_all(&[], hears), sends: frames.keep_all(&[], sends) };
    let mut hears = schemas.given_frames::<VisitorHears>();
    hears.extend(any);
    let sends = schemas.taken_frames::<VisitorFrame>();
    let visitors =
        Socket { sends: frames.keep_all(&["visitor_"], sends), hears: frames.keep_all(&["visitor_", "visitor_out_"], hears) };
    let mut messages = Value::Object(frames.messages);
    let schemas = schemas.finish(&mut messages);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Switchboard's live feeds", "version": env!("CARGO_PKG_VERSION"),
            "description": "JSON text frames. No token ever stands in an address. Close codes: 4401 not (any longer) signed in, \
                            4408 no auth in time, 4429 too many frames, 1009 frame over 64 KB, 1012 restarting.",
        },
        "channels": {
            "operators": channel(
                "/ws",
                "Operators' feed. The first frame, within 5 s, is auth; with epoch and after the missed frames follow whole and \
                 in order. Each durable frame names the one before it in prev.",
                &operators,
            ),
            "visitors": channel("/ws/chat", "Customers' web chat. The first frame is hello.", &visitors),
        },
        "operations": {
            "operatorSends": operation("receive", "operators", &operators.sends),
            "operatorHears": operation("send", "operators", &operators.hears),
            "visitorSends": operation("receive", "visitors", &visitors.sends),
            "visitorHears": operation("send", "visitors", &visitors.hears),
        },
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn channel(address: &str, description: &str, socket: &Socket) -> Value {
    let names = socket.sends.iter().chain(&socket.hears);
    let messages: Map<String, Value> =
        names.map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") }))).collect();
    json!({ "address": address, "description": description, "messages": messages })
}

fn operation(action: &str, channel: &str, names: &[String]) -> Value {
    let messages: Vec<Value> =
        names.iter().map(|name| json!({ "$ref": format!("#/channels/{channel}/messages/{name}") })).collect();
    json!({ "action": action, "channel": { "$ref": format!("#/channels/{channel}") }, "messages": messages })
}
