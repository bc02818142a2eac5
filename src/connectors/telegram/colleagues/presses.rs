//! A button under a lead, pressed: the lead changes, whoever pressed reads what came of it, and the notice says who has it.
use super::after::After;
use super::read::Colleague;
use crate::connectors::ports::Ports;
use crate::connectors::telegram::client::Toast;
use crate::db::DbError;
use crate::db::leads::{PressDone, PressOutcome, Pressing};
use crate::db::notices::Own;
use crate::domain::ids::LeadId;
use crate::domain::notice::press::Verb;
use crate::domain::notice::words;
use crate::domain::notice::{Notice, text};

/// Bot API, answerCallbackQuery: 0-200 characters.
const TOAST: usize = 200;

pub async fn take(
    colleague: &Colleague,
    lead_id: LeadId,
    verb: Verb,
    message: Option<i32>,
    own: Own,
    ports: &Ports,
) -> Result<After, DbError> {
    // Strangers are answered in the language of their own Telegram.
    let theirs = words::language_of(colleague.language.as_deref().unwrap_or_default());
    let Some(sender) = &colleague.sender else {
        ports.store.keep_own(own).await?;
        return Ok(saying(words::link_first(theirs).to_owned(), true));
    };
    let company_id = own.company_id;
    let pressing = Pressing { own, telegram_user: sender.id.clone(), lead_id, verb };
    match ports.store.press(pressing).await? {
        PressOutcome::Again => Ok(After::default()),
        PressOutcome::Stranger => Ok(saying(words::link_first(theirs).to_owned(), true)),
        PressOutcome::Missing { locale } => Ok(saying(words::gone(words::language_of(&locale)).to_owned(), false)),
        PressOutcome::Done(done) => {
            tracing::info!(company_id = company_id.get(), lead_id, %verb, status = %done.lead.status, "a button under a lead was pressed");
            let owner = done.lead.assignee.as_ref().map_or("", |assignee| assignee.name.as_str());
            let toast =
                words::toast(words::language_of(&done.locale), verb, &done.effect, owner, &text::whom_to_call(&done.lead));
            // A number is read in peace.
            let after = saying(toast, verb == Verb::Call);
            Ok(After { edit: message.and_then(|id| Some((id, edited(&done, verb, colleague, ports)?))), ..after })
        }
    }
}

fn saying(text: String, stays: bool) -> After {
    After { toast: Some(Toast { text: text::one_line(&text, TOAST), stays }), ..After::default() }
}

/// The notice with who did what; none when nothing could be done.
fn edited(done: &PressDone, verb: Verb, colleague: &Colleague, ports: &Ports) -> Option<Notice> {
    if done.effect.hindrance.is_some() || colleague.chat_id.is_empty() {
        return None;
    }
    let language = words::language_of(&done.company_locale);
    let url = text::conversation_url(&ports.public_url, done.lead.conversation_id);
    let who = text::one_line(&done.who, 60);
    let words = text::lead(language, &done.lead, &url, Some(&words::who_did(language, verb, &who)));
    Some(Notice { chat_id: colleague.chat_id.clone(), text: words, buttons: text::buttons(language, &done.lead) })
}
