use serde_json::json;

use crate::api::channels::{ChannelPatch, ChannelView, ChannelsPage, CreateChannel};
use crate::api::docs::raw::{PlainText, TelegramUpdate, WhatsappWebhook};
use crate::api::docs::words::Words;

pub fn describe(api: &mut Words) {
    api.get("/api/channels", "Channels").paged().answers::<ChannelsPage>();
    api.post("/api/channels", "Make a channel")
        .takes::<CreateChannel>()
        .creates::<ChannelView>()
        .refuses(409, "It is connected already, or its provider cannot be asked now")
        .refuses(429, "Too many trials");
    api.get("/api/channels/{id}", "One channel").answers::<ChannelView>();
    api.patch("/api/channels/{id}", "Change a channel")
        .takes::<ChannelPatch>()
        .answers::<ChannelView>()
        .refuses(409, "The bot is connected already, or channels of this kind have no such setting")
        .refuses(429, "Too many trials");
    api.delete("/api/channels/{id}", "Remove a channel; its conversations stay").answers_nothing();
    api.post("/api/channels/{id}/check", "Check a channel now").answers::<ChannelView>();
}

pub fn describe_webhooks(api: &mut Words) {
    for (path, summary) in [
        ("/api/telegram/webhook", "Take one of Telegram's updates; the secret names the channel"),
        ("/api/telegram/webhook/{channel_id}", "Take one of Telegram's updates for this channel"),
    ] {
        api.post(path, summary)
            .header("X-Telegram-Bot-Api-Secret-Token", json!({ "type": "string" }))
            .takes::<TelegramUpdate>()
            .says(200, "The update is stored, here or before; one that cannot be read is kept as it came")
            .refuses(401, "The secret of a channel's webhook was expected")
            .refuses(413, "An update of at most 3 MB was expected")
            .refuses(429, "Too many wrong secrets came from this address; right ones are not counted")
            .refuses(503, "It cannot be stored now: come again");
    }
    for (path, proves, takes) in [
        (
            "/api/whatsapp/webhook",
            "Prove to Meta the address of all numbers of the instance's own Meta app",
            "Take what Meta posts for numbers of the instance's own Meta app",
        ),
        ("/api/whatsapp/webhook/{channel_id}", "Prove this channel's address to Meta", "Take what Meta posts for this channel"),
    ] {
        api.get(path, proves)
            .query("hub.mode", json!({ "type": "string" }))
            .query("hub.verify_token", json!({ "type": "string" }))
            .query("hub.challenge", json!({ "type": "string" }))
            .answers_in::<PlainText>("text/plain", 200, "The challenge")
            .says(403, "The channel's verify token was expected")
            .refuses(429, "Too many wrong tokens came from this address; right ones are not counted")
            .refuses(503, "The channels have not been read yet: come again");
        api.post(path, takes)
            .header("X-Hub-Signature-256", json!({ "type": "string" }))
            .takes::<WhatsappWebhook>()
            .says(200, "All of it is stored, here or before; what cannot be read is kept as it came")
            .refuses(401, "The signature of the channel's Meta app was expected")
            .refuses(413, "A body of at most 3 MB was expected")
            .refuses(429, "Too many wrong signatures came from this address; right ones are not counted")
            .refuses(503, "It cannot be stored now: come again");
    }
}
