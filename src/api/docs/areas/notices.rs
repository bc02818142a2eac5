use crate::api::docs::words::Words;
use crate::api::notices::{CodeView, NoticesView, TestNotice};
use crate::api::telegram_link::LinkView;

const NO_BOT: &str = "There is no Telegram bot to send it to";
const NOT_CONNECTED: &str = "No Telegram bot is connected";

pub fn describe(api: &mut Words) {
    api.get("/api/notices", "The chat that hears of leads, and the bots that can be sent a code").answers::<NoticesView>();
    api.post("/api/notices/code", "Make a code that connects a chat: whoever sends it to the bot connects the chat it came from")
        .creates::<CodeView>()
        .refuses(422, NO_BOT)
        .refuses(409, NOT_CONNECTED);
    api.delete("/api/notices/chat", "Send no more notices to the connected chat").answers_nothing();
    api.post("/api/reports/test-telegram", "Send a test notice to the connected chat now")
        .answers_as::<TestNotice>(200, "It is in the chat")
        .refuses(429, "The provider asks the bot to wait")
        .refuses(409, "No chat is connected (conflict), or Telegram refused it and says why (provider_refused)");
    api.get("/api/telegram-link", "One's own Telegram account, and the bots that can be sent a code").answers::<LinkView>();
    api.post("/api/telegram-link/code", "Make a code that links the Telegram account it is sent from to oneself")
        .creates::<CodeView>()
        .refuses(422, NO_BOT)
        .refuses(409, NOT_CONNECTED);
    api.delete("/api/telegram-link", "Unlink one's own Telegram account").answers_nothing();
}
