use serde_json::json;

use crate::api::docs::raw::FileBytes;
use crate::api::docs::words::Words;
use crate::api::files::FileForm;
use crate::api::visitor_files::{RecordingView, VisitorChat};

pub fn describe(api: &mut Words) {
    let token = json!({ "type": "string" });
    api.get("/c/files/{id}", "An attachment, for the visitor it was sent to")
        .header("X-Visitor", token.clone())
        .answers_in::<FileBytes>("*/*", 200, "Done");
    api.post("/c/recordings", "Bring a visitor's voice message; the answer names it in the page's send frame (4 MB)")
        .asks::<VisitorChat>()
        .header("X-Visitor", token)
        .takes_files::<FileForm>()
        .creates::<RecordingView>()
        .refuses(404, "No such chat, or a token that we did not make")
        .refuses(413, "Larger than 4 MB, or the company's files take all the room they may (storage_full)")
        .refuses(429, "More than 60 an hour from one address");
}
