//! What a value must look like, as the API's documents say it: the rules that the code checks, in JSON Schema's words. None of
//! these types has a value; a field names one in `#[schemars(with = "…")]`.
use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// What cannot be seen is no name: there must be a character that can.
const NAME: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f]*",
    r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e",
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb",
    "\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]",
    r"[^\u0000-\u001f\u007f-\u009f]*$",
);
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";
const TEXT: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
const VISIBLE_TEXT: &str = concat!(
    r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*",
    r"[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$",
);
const NO_NUL: &str = r"^[^\u0000]*$";
/// Narrower than what is taken, so that whoever makes up values from it makes addresses that there may be.
const EMAIL: &str = r"^[a-zA-Z0-9._+-]{1,40}@[a-zA-Z0-9]{1,30}(\.[a-zA-Z0-9]{1,20}){1,3}$";
const EMAIL_OR_NONE: &str = r"^\s*$|^[a-zA-Z0-9._+-]{1,40}@[a-zA-Z0-9]{1,30}(\.[a-zA-Z0-9]{1,20}){1,3}$";

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident $(<$most:ident>)? = $schema:tt;)+) => {$(
        $(#[$doc])*
        pub struct $name $(<const $most: u32>)?;

        impl $(<const $most: u32>)? JsonSchema for $name $(<$most>)? {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> Cow<'static, str> {
                std::any::type_name::<Self>().into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

forms! {
    /// `check::name`: one line in which something can be seen.
    NameForm<MOST> = { "type": "string", "minLength": 1, "maxLength": MOST, "pattern": NAME };
    /// `check::optional_line`
    LineForm<MOST> = { "type": "string", "maxLength": MOST, "pattern": LINE };
    /// `check::text`
    TextForm<MOST> = { "type": "string", "maxLength": MOST, "pattern": TEXT };
    VisibleTextForm<MOST> = { "type": "string", "minLength": 1, "maxLength": MOST, "pattern": VISIBLE_TEXT };
    NoNulForm<MOST> = { "type": "string", "maxLength": MOST, "pattern": NO_NUL };
    AnyTextForm = { "type": "string", "pattern": NO_NUL };
    /// `check::email`
    EmailForm = { "type": "string", "maxLength": 200, "pattern": EMAIL };
    EmailOrNoneForm = { "type": "string", "maxLength": 200, "pattern": EMAIL_OR_NONE };
    /// `check::password`, as an instance has it that changes nothing.
    PasswordForm = { "type": "string", "minLength": 6, "maxLength": 1000, "pattern": NO_NUL };
    /// `check::time_zone`
    TimeZoneForm = {
        "type": "string", "maxLength": 40, "format": "time-zone", "examples": ["Asia/Almaty", "US/Eastern"],
        "description": "A name or an alias of IANA's list; any other is refused by its name"
    };
    /// `agent::phone::check`
    PhoneForm = {
        "type": "string", "minLength": 1, "maxLength": 100, "format": "phone",
        "description": "A number that exists by the rules of its country; without a country code, of the company's"
    };
    /// A name in programs: of a field, a tool, a parameter.
    KeyForm = { "type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$" };
    /// How many at once (`Page::LEAST`); any number is taken, and what is too much is clamped.
    LimitForm = { "type": "integer", "minimum": 1 };
    BotTokenForm = { "type": "string", "pattern": "^[0-9]{1,20}:[A-Za-z0-9_-]{1,60}$" };
    NumberIdForm = { "type": "string", "pattern": "^[0-9]{5,32}$" };
    AccessTokenForm = { "type": "string", "pattern": "^[!-~]{20,1000}$" };
    AppSecretForm = { "type": "string", "pattern": "^[0-9A-Fa-f]{32}$" };
    VerifyTokenForm = { "type": "string", "pattern": "^[!-~]{8,200}$" };
    /// Narrower than what is taken.
    OriginForm = { "type": "string", "pattern": r"^https://[a-z0-9]{1,20}\.example$" };
    ModelForm = { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$" };
    RegionForm = {
        "type": "string", "pattern": "^[A-Za-z]{2}$", "description": "A country by its two letters", "examples": ["KZ"]
    };
    /// US dollars, as somebody sets them.
    BudgetForm = { "type": "number", "minimum": 0, "maximum": 100000 };
    /// RFC 3339.
    TimeForm = { "type": "string", "format": "date-time" };
    DayForm = { "type": "string", "format": "date" };
    HourForm = { "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" };
    /// What an agent says first, by language.
    GreetingForm = {
        "type": "object", "additionalProperties": false,
        "properties": {
            "ru": { "type": "string", "maxLength": 1000, "pattern": TEXT },
            "kk": { "type": "string", "maxLength": 1000, "pattern": TEXT },
            "en": { "type": "string", "maxLength": 1000, "pattern": TEXT },
        }
    };
    /// A text in each of the product's languages.
    LocalizedForm = {
        "type": "object", "required": ["ru", "kk", "en"],
        "properties": { "ru": { "type": "string" }, "kk": { "type": "string" }, "en": { "type": "string" } }
    };
    /// `Language`, where a word is read by hand.
    LocaleForm = { "type": "string", "enum": ["ru", "kk", "en"] };
    /// Several words with commas between them.
    LeadStatusesQueryForm = {
        "type": "string", "pattern": "^((new|in_progress|won|lost)(,(new|in_progress|won|lost))*)?$",
        "description": "new, in_progress, won or lost; several with commas between them"
    };
    AssigneeQueryForm = {
        "type": "string", "pattern": "^(none|me|[0-9]{1,15})?$", "description": "An operator's id, none or me"
    };
    DayOrTimeQueryForm = {
        "type": "string", "anyOf": [{ "format": "date-time" }, { "format": "date" }, { "const": "" }]
    };
    /// `ConversationStatus`, or all of them.
    StatusOrAnyForm = { "type": "string", "enum": ["open", "pending", "snoozed", "closed", "any"] };
    SearchedForQueryForm = {
        "type": "string", "enum": ["messages", "customers", ""], "description": "Both, unless one is named"
    };
    /// An object of whatever there is.
    ObjectForm = { "type": "object", "additionalProperties": true };
}
