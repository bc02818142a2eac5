//! What can be wrong with what somebody asks for: one code each, what belongs to it, and the English sentence that says it.
//! Screens word the codes in their reader's language; whoever has no words for one shows the sentence.
//!
//! No answer of ours refuses anything in a sentence that does not stand here. `static/api/error-codes.json` lists the codes for
//! the console, whose own test wants words for each of them; a test holds that file against this one.
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The words of which one was expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options(pub &'static [&'static str]);

impl std::fmt::Display for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            [] => Ok(()),
            [only] => f.write_str(only),
            [first @ .., last] => write!(f, "{} or {last}", first.join(", ")),
        }
    }
}

impl Serialize for Options {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.join(", "))
    }
}

macro_rules! flaws {
    ($($name:ident $({ $($param:ident: $type:ty),+ })? = $code:literal: $sentence:literal;)+) => {
        #[derive(Clone, Debug, PartialEq)]
        pub enum Flaw { $($name $({ $($param: $type),+ })?),+ }

        impl Flaw {
            /// Every code with the names of what belongs to it.
            pub const CODES: &[(&str, &[&str])] = &[$(($code, &[$($(stringify!($param)),+)?])),+];

            pub fn code(&self) -> &'static str {
                match self { $(Flaw::$name { .. } => $code),+ }
            }

            /// What belongs to it, and the same as it stands in the sentence.
            fn parts(&self) -> (&'static str, Vec<(&'static str, Value, String)>) {
                match self {
                    $(Flaw::$name $({ $($param),+ })? =>
                        ($sentence, vec![$($((stringify!($param), serde_json::json!($param), $param.to_string())),+)?]),)+
                }
            }
        }
    };
}

flaws! {
    // How long, how much, how many.
    TooLong { max: usize } = "too_long": "{field} must have at most {max} characters";
    PasswordTooShort { min: usize } = "password_too_short": "The password must have at least {min} characters";
    PasswordTooLong { max: usize } = "too_long": "The password must have at most {max} characters";
    OneLine { min: usize, max: usize } = "one_line": "{field} must be one line of {min} to {max} characters";
    OptionalLine { max: usize } = "optional_line": "{field} must be one line of at most {max} characters";
    TextUpTo { max: usize } = "text_up_to": "{field} must be text of at most {max} characters";
    NotText = "not_text": "{field} holds a character that is no text";
    TooMany { max: usize } = "too_many": "{field} can be at most {max}";
    TooManyFiles { max: usize } = "too_many": "A message may have {max} files.";
    TooManyButtons { max: usize } = "too_many": "A message of this channel may have {max} buttons.";
    TooManyTools { max: usize } = "too_many_tools": "There are {max} tools already: remove one first";
    Between { min: f64, max: f64 } = "between": "{field} must be between {min} and {max}";
    Dollars { min: f64, max: f64 } = "dollars": "{field} must be between {min} and {max} US dollars";
    WholeNumber { min: i64, max: i64 } = "whole_number": "{field} must be a whole number from {min} to {max}";
    TryOutTooLarge { messages: usize, max: usize } = "try_out_too_large": "A try-out may have {messages} messages of {max} characters.";
    FileTooLarge { megabytes: u64 } = "file_too_large": "A file may have at most {megabytes} MB here";
    MessageTooLarge { kilobytes: usize } = "message_too_large": "A message may have {kilobytes} KB of text.";
    BodyTooLarge { kilobytes: usize } = "body_too_large": "The body is larger than {kilobytes} KB";

    // What is missing.
    AgentNameMissing = "required": "The agent needs a name";
    ToolPartMissing = "required": "A tool needs its {field}";
    TextMissing = "text_missing": "A message needs text or a file.";
    CustomerMissing = "customer_missing": "Name the customer: customer_id or phone.";
    ConversationMissing = "conversation_missing": "Say which conversation the message goes to.";
    UntilMissing = "until_missing": "Say until when the conversation sleeps.";
    SpeakerMissing = "required": "Say whose words these are: user_id.";
    WordsMissing = "text_missing": "Send text, or audio_file, or both.";
    FileMissing = "file_missing": "The form has no field named file";
    FileEmpty = "file_empty": "The file is empty";
    LabelMissing { given: String } = "label_missing": "{field}: \"{given}\" needs a label";
    DescriptionMissing = "description_missing": "The description tells the model when to use the tool: it may not be empty";

    // What it must look like.
    OneOf { options: Options } = "one_of": "{field} must be {options}";
    NotAnEmail = "not_an_email": "This is not an e-mail address";
    UnknownZone { given: String } = "unknown_zone": "{field} \"{given}\" is not known: expected a name like Asia/Almaty";
    NotACountry = "not_a_country": "{field} must be a country like KZ";
    NotALaterTime = "not_a_later_time": "Expected a time in the future, like 2026-01-28T15:30:00Z.";
    NotADay = "not_a_day": "Expected a day like 2026-01-28, or a time like 2026-01-28T15:30:00Z.";
    NotAnOperator = "not_an_operator": "Expected an operator's id, none or me.";
    NotACursor = "not_a_cursor": "cursor must be a next_cursor of this list";
    NotALimit = "not_a_limit": "limit must be a whole number, at least 1";
    QueryTooShort = "query_too_short": "{field} must hold at least two letters or digits";
    NotAModel = "not_a_model": "{field} must be the name of a model, without spaces";
    NotAKeyOfAModel = "not_an_api_key": "{field} must be 1 to 500 letters, digits and signs without spaces; null takes it away";
    NotAnAddressOfModels = "not_an_address_of_models": "{field} must look like https://models.example/v1";
    NotAnAddress = "not_an_address": "{field} must be an address like https://crm.example/orders";
    NotAPlainAddress = "not_a_plain_address": "{field} must be a plain address: GET sends the parameters in its query, POST as JSON";
    NotASite { given: String } = "not_a_site": "\"{given}\" is no name of a site like site.kz";
    NotAnOrigin = "not_an_origin": "Origins look like https://shop.example.com";
    NotAPrice { given: String } = "not_a_price": "The price of \"{given}\" must be made of amounts of 0 to 10000 US dollars";
    NotAnHour = "not_an_hour": "{field}: from and to must be written as HH:MM";
    DaysOnce = "days_once": "{field}: days must name at least one day, each once";
    LanguagesOnce = "languages_once": "{field} must name at least one language, each once";
    UnknownLanguage { given: String } = "unknown_language": "{field}: \"{given}\" is none of ru, kk, en";
    NotAKey { given: String } = "not_a_key": "{field}: \"{given}\" must be 1 to 40 of a-z, 0-9 and _, beginning with a letter";
    HeaderNotTheirs { given: String } = "header_not_allowed": "The header \"{given}\" cannot be set";
    HeaderMalformed { given: String, max: usize } = "header_malformed": "The header \"{given}\" must be one line of at most {max} bytes";
    ButtonMalformed { id: usize, title: usize } = "button_malformed": "A button needs an id of 1 to {id} bytes and a title of 1 to {title} characters.";
    NotARecording { options: Options } = "not_a_recording": "{field} is no recording: expected {options}";
    KeyMalformed { max: usize } = "idempotency_key": "The key must have 1 to {max} characters, and no NUL.";
    NotAnArgument { words: String } = "bad_argument": "{words}";
    Unreadable { words: String } = "unreadable": "{words}";

    // Phone numbers.
    PhoneMissing = "phone_missing": "The phone number is missing";
    NotAPhone = "not_a_phone": "This is not a phone number";
    PhoneOfNoCountry = "phone_of_no_country": "The country code of the phone number does not exist";
    PhoneTooShort = "phone_too_short": "The phone number has too few digits";
    PhoneTooLong = "phone_too_long": "The phone number has too many digits";
    PhoneImpossible = "phone_impossible": "There is no such phone number: a digit is wrong";

    // Addresses that are not called.
    AddressScheme = "address_scheme": "The address must begin with http:// or https://";
    AddressCredentials = "address_credentials": "The address must not contain a user name or a password";
    AddressHost = "address_host": "The address names no host";
    AddressInside = "address_inside": "The address leads into a private or reserved network";
    AddressUnknown = "address_unknown": "The host's name is not known";
    AddressNotLookedUp = "address_not_looked_up": "The host's name cannot be looked up now";
    AddressNeedsKey = "address_needs_key": "An address of your own needs a key of your own: no other key is sent there";

    // What is there already.
    Twice { given: String } = "twice": "{field}: \"{given}\" stands twice";
    TakenKey { given: String } = "taken_key": "The key \"{given}\" is taken";
    BuiltInTool { given: String } = "built_in_tool": "{given} is a tool that every agent has";
    ToolNameTaken = "name_taken": "Another tool has this name";
    ButtonTwice = "button_twice": "Two buttons have the same id.";
    KeyReused = "key_reused": "This key was used for another message.";
    NumberConnected = "number_connected": "This number is connected already, here or in another company.";
    BotConnected = "bot_connected": "This bot is connected already, here or in another company.";

    // What is not there.
    UnknownOperator = "unknown_operator": "There is no such active operator.";
    UnknownReply = "unknown_message": "There is no such message in this conversation.";
    UnknownFile = "unknown_file": "A file was not found, or belongs to another message already.";
    UnknownSuggestion = "unknown_suggestion": "There is no such suggestion in this conversation.";
    UnknownVersion = "unknown_version": "This channel's agent has no version of that number";

    // Tokens of bots.
    BotTokenMissing = "bot_token_missing": "A Telegram channel needs its bot token, from @BotFather";
    NotABotToken = "not_a_bot_token": "This is not a bot token: it looks like 123456789:AAE…";
    AccessTokenMissing = "access_token_missing": "A WhatsApp channel needs an access token of a system user";
    NotAnAccessToken = "not_an_access_token": "This is not an access token: it has at least 20 letters and digits, and no spaces";
    AccessTokenRefused { words: String } = "access_token_refused": "Meta does not accept this access token for this number. It says: {words}";
    NumberIdMissing = "phone_number_id_missing": "A WhatsApp channel needs the phone number ID, from WhatsApp > API Setup";
    NotANumberId = "not_a_phone_number_id": "This is not a phone number ID: it has digits only, and is not the phone number itself";
    NumberRefused { words: String } = "phone_number_id_refused": "Meta knows no such number for this access token. It says: {words}";
    AppSecretMissing = "app_secret_missing": "Enter the app secret of your Meta app, from App settings > Basic: messages are signed with it";
    NotAnAppSecret = "not_an_app_secret": "This is not an app secret: it has 32 letters and digits";
    NotAVerifyToken = "not_a_verify_token": "A verify token has 8 to 200 letters, digits and signs without spaces";
    BotTokenRefused { words: String } = "bot_token_refused": "The provider does not accept this token. It says: {words}";

    // What is not possible as things stand.
    ButtonsNowhere = "buttons_nowhere": "Nobody could press buttons here.";
    NoTemplates = "no_templates": "This channel has no templates.";
    OnlyBots = "only_bots": "Only channels of a bot have a token and a mode";
    WindowClosed = "window_closed": "More than 24 hours have passed since the customer's last message: until they write again, WhatsApp takes only templates";
    OnlyNumbers = "only_numbers": "Only WhatsApp channels have an access token, an app secret and a verify token";
    ProviderAway = "provider_away": "The provider cannot be reached now: try again in a minute";
    OnlyWebchats = "only_webchats": "Only web chats have allowed origins";
    OnlyCustomerBegins = "only_customer_begins": "This customer has not written on this channel yet, and the channel lets only the customer begin.";
    AgentOffHere = "agent_off_here": "The agent does not answer on this channel now: switch it on in the channel's settings.";
    BudgetSpent = "budget_spent": "Today's budget for the AI is spent: raise it, or try tomorrow (UTC)";
    BudgetBusy = "budget_busy": "What is left of today's budget is being spent right now: try again in a moment";
    CustomerSpeaksLast = "customer_speaks_last": "The last word must be the customer's.";
    VersionTooOld = "version_too_old": "That version is too old to be used again";
    LeadNotSeen = "lead_not_seen": "This operator does not see the lead's conversation: assign that to them first.";
    ModelSays { words: String } = "model_says": "{words}";
    HeadersLost = "headers_lost": "The stored headers cannot be opened any more: set them again";
    MessageNotStorable = "message_not_storable": "This message cannot be stored.";
    SnoozeInThePast = "not_a_later_time": "A snooze needs a time in the future.";
    NotToBeResent = "not_to_be_resent": "Only a failed or unclear message can be sent again.";
    NotToBeTakenBack = "not_to_be_taken_back": "Only a message that has not left yet can be taken back.";
    LastOwner = "last_owner": "A company must keep an active owner: make somebody else owner first";
    NoChatForNotices = "no_chat_for_notices": "No Telegram chat is connected: make a code in the settings of notices and send it to your bot from that chat";
    NoBotForNotices = "no_bot_for_notices": "The bot that wrote to the connected chat does not run: enable its channel, or connect the chat through another bot";
    NoBotForCode = "no_bot_for_code": "The code is sent to a Telegram bot of yours: connect one on the Channels page first";

    // What somebody may not.
    WrongPassword = "wrong_password": "The current password is not right";
    OtherInvitation = "other_invitation": "This invitation is for another e-mail address";
    ManagersChangeOperators = "managers_change_operators": "Managers may change operators only";
    OnlyOwnerInvites = "only_owner_invites": "Only an owner may invite managers and owners";
    OnlyOwnerKeys = "only_owner_keys": "Only an owner may change the key, or the address that it is sent to";
    ByInvitation = "by_invitation": "Registration is by invitation only";
    RegistrationClosed = "registration_closed": "Registration is closed";
    RoleTooLow = "role_too_low": "Your role does not allow this";
    OtherOrigin = "other_origin": "This must come from a page of ours (the Origin header says otherwise)";
    OtherSocketOrigin = "other_origin": "This origin may not open a socket here.";
    FiguresFromElsewhere = "figures_from_elsewhere": "Set METRICS_TOKEN to read the figures from another machine";
}

impl Flaw {
    pub fn params(&self) -> Map<String, Value> {
        self.parts().1.into_iter().map(|(name, value, _)| (name.to_owned(), value)).collect()
    }

    /// `field` as the request calls it.
    pub fn sentence(&self, field: &str) -> String {
        let (mut rest, parts) = self.parts();
        let mut said = String::with_capacity(rest.len() + 32);
        while let Some((before, name, after)) = rest.split_once('{').and_then(|(b, r)| r.split_once('}').map(|(n, a)| (b, n, a)))
        {
            said.push_str(before);
            match parts.iter().find(|(part, ..)| *part == name) {
                Some((.., shown)) => said.push_str(shown),
                None => said.push_str(field),
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_is_a_code_with_what_belongs_to_it_and_a_sentence() {
        let long = Flaw::OneLine { min: 1, max: 200 };
        assert_eq!((long.code(), Value::from(long.params())), ("one_line", serde_json::json!({ "min": 1, "max": 200 })));
        assert_eq!(long.sentence("name"), "name must be one line of 1 to 200 characters");
        let word = Flaw::OneOf { options: Options(&["ru", "kk", "en"]) };
        assert_eq!(word.sentence("locale"), "locale must be ru, kk or en");
        assert_eq!(word.params()["options"], "ru, kk, en");
        let braces = Flaw::Twice { given: "{field}{given}".into() };
        assert_eq!(braces.sentence("x"), "x: \"{field}{given}\" stands twice", "what was given is shown as it is");
    }

    /// One code is worded once: whatever bears it brings the same.
    #[test]
    fn a_code_always_brings_the_same() {
        for (code, params) in Flaw::CODES {
            let all: Vec<_> = Flaw::CODES.iter().filter(|(other, _)| other == code).collect();
            assert!(all.iter().all(|(_, other)| other == params), "{all:?}");
        }
    }
}
