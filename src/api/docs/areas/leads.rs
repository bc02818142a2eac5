use crate::api::docs::raw::FileBytes;
use crate::api::docs::words::Words;
use crate::api::leads::export::Exporting;
use crate::api::leads::{CreateLead, LeadFilterQuery, LeadPaging, LeadPatch, LeadsPage};
use crate::domain::lead::LeadView;

pub fn describe(api: &mut Words) {
    api.get("/api/leads", "Leads, newest first: whole, or a page when limit or cursor is given")
        .asks::<LeadPaging>()
        .asks::<LeadFilterQuery>()
        .answers::<LeadsPage>();
    api.post("/api/leads", "Write a lead down by hand")
        .takes::<CreateLead>()
        .creates::<LeadView>()
        .refuses(404, "Unknown conversation");
    api.get("/api/leads/export", "Leads as a file in the user's language, at most 100,000, newest first")
        .asks::<Exporting>()
        .asks::<LeadFilterQuery>()
        .answers_in::<FileBytes>("*/*", 200, "CSV with a byte order mark, or a workbook; no cell is a formula")
        .refuses(503, "Other workbooks are being made");
    api.get("/api/leads/{id}", "One lead").answers::<LeadView>();
    api.patch("/api/leads/{id}", "Change a lead; null empties a field")
        .takes::<LeadPatch>()
        .answers::<LeadView>()
        .refuses(409, "There is no such operator, or they do not see the conversation");
}
