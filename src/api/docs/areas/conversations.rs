use serde_json::json;

use crate::api::conversations::{Assign, ConversationListQuery, ConversationsPage, Read, SetStatus, Start};
use crate::api::docs::words::Words;
use crate::api::drafts::{DraftsPage, Typed};
use crate::api::messages::{MessagesPage, SendBody};
use crate::api::notifications::{NotificationsPage, UpTo};
use crate::api::search::{SearchParams, SearchedPage};
use crate::domain::event::ConversationView;
use crate::domain::message::MessageView;

pub fn describe(api: &mut Words) {
    api.get("/api/conversations", "Conversations, last activity first")
        .paged()
        .asks::<ConversationListQuery>()
        .answers::<ConversationsPage>();
    api.post("/api/conversations", "The conversation with a customer")
        .takes::<Start>()
        .creates::<ConversationView>()
        .refuses(404, "Unknown customer")
        .refuses(409, "This customer has not written on this channel yet");
    api.get("/api/conversations/{id}", "One conversation").answers::<ConversationView>();
    api.post("/api/conversations/{id}/assign", "Give it to somebody, or to the queue")
        .takes::<Assign>()
        .answers::<ConversationView>()
        .refuses(
            409,
            "taken: somebody else has it by now, `holder` says who; there is no such operator; or the agent does not answer on \
             this channel",
        )
        .refuses(413, "The note is too long");
    api.post("/api/conversations/{id}/status", "Open, wait, snooze or close").takes::<SetStatus>().answers::<ConversationView>();
    api.post("/api/conversations/{id}/read", "Mark as read, or as unread from a message on").may_take::<Read>().answers_nothing();
    api.patch("/api/conversations/{id}/draft", "Keep what one has typed and not sent").takes::<Typed>().answers_nothing();
    api.get("/api/drafts", "One's own drafts").paged().answers::<DraftsPage>();
    api.get(
        "/api/notifications",
        "What one was told in particular in the last 90 days: conversations given to them, notes that name them. Older ones are \
         thrown away, read or not",
    )
    .paged()
    .answers::<NotificationsPage>();
    api.post("/api/notifications/read", "Mark all of them as read, or those up to one").may_take::<UpTo>().answers_nothing();
    api.get("/api/conversations/{id}/messages", "Messages, newest first").paged().answers::<MessagesPage>();
    api.post("/api/conversations/{id}/messages", "Send a message or write a note")
        .header("Idempotency-Key", json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$" }))
        .takes::<SendBody>()
        .creates::<MessageView>()
        .refuses(
            409,
            "A newer message is in the conversation (changed_since), or a file, message or suggestion that is named is not \
             there (conflict)",
        )
        .refuses(413, "The text is too long");
    api.post("/api/messages/{id}/resend", "Send a failed or uncertain message again")
        .creates::<MessageView>()
        .refuses(409, "It did not fail");
    api.post("/api/messages/{id}/cancel", "Take back what has not been sent yet")
        .answers::<MessageView>()
        .refuses(409, "It has left");
    api.get(
        "/api/search",
        "Messages by their words, those of voice messages and names of files with them, and customers; newest first",
    )
    .paged()
    .asks::<SearchParams>()
    .answers::<SearchedPage>()
    .refuses(503, "overloaded: too many searches at once, or one that takes too long");
}
