use crate::api::auth::AccountView;
use crate::api::docs::words::Words;
use crate::api::invites::{AcceptBody, InvitePreview, InviteToken, InviteView, InvitesPage, Inviting};
use crate::api::jobs::{JobListQuery, JobsPage};
use crate::api::operators::{OperatorPatch, OperatorView, OperatorsPage};
use crate::api::settings::{SettingsPatch, SettingsView, SetupView};

const LAST_OWNER: &str = "The last active owner";
const GONE: &str = "Unknown, used or too old";

pub fn describe(api: &mut Words) {
    api.get("/api/operators", "The people of the company").paged().answers::<OperatorsPage>();
    api.patch("/api/operators/{id}", "Change a member's role or switch them off")
        .takes::<OperatorPatch>()
        .answers::<OperatorView>()
        .refuses(409, LAST_OWNER);
    api.delete("/api/operators/{id}", "Remove a member").answers_nothing().refuses(409, LAST_OWNER);
    api.get("/api/invites", "Open invitations").paged().answers::<InvitesPage>();
    api.post("/api/invites", "Invite somebody").takes::<Inviting>().creates::<InviteView>();
    api.delete("/api/invites/{id}", "Take an invitation back").answers_nothing();
    api.post("/api/invites/preview", "What an invitation is for")
        .takes::<InviteToken>()
        .answers::<InvitePreview>()
        .refuses(404, GONE);
    api.post("/api/invites/accept", "Make the account one was invited to")
        .takes::<AcceptBody>()
        .creates::<AccountView>()
        .refuses(400, "Email already registered")
        .refuses(404, GONE);
}

pub fn describe_company(api: &mut Words) {
    api.get("/api/settings", "The company's settings").answers::<SettingsView>();
    api.patch("/api/settings", "Change the company's settings").takes::<SettingsPatch>().answers::<SettingsView>();
    api.get("/api/setup", "The checklist of an empty inbox").answers::<SetupView>();
    api.get("/api/jobs", "Background work of the company: what runs, waits and why, was given up")
        .paged()
        .asks::<JobListQuery>()
        .answers::<JobsPage>();
}
