//! Bodies that are no JSON of ours.
use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

macro_rules! bodies {
    ($($name:ident as $shown:literal = $schema:tt;)+) => {$(
        pub struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $shown.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

bodies! {
    PlainText as "Text" = { "type": "string" };
    FileBytes as "Bytes" = { "type": "string", "contentMediaType": "application/octet-stream" };
    TelegramUpdate as "TelegramUpdate" = {
        "type": "object", "properties": { "update_id": { "type": "integer" } }, "required": ["update_id"],
        "description": "An Update of Telegram's Bot API"
    };
    WhatsappWebhook as "WhatsappWebhook" = {
        "type": "object", "properties": { "object": { "type": "string" }, "entry": { "type": "array", "items": { "type": "object" } } },
        "required": ["entry"], "description": "A webhook body of the WhatsApp Cloud API"
    };
}
