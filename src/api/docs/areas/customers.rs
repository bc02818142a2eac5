use serde_json::json;

use crate::api::customers::{CustomersPage, Editing};
use crate::api::docs::raw::FileBytes;
use crate::api::docs::words::Words;
use crate::api::files::{FileForm, FileView};
use crate::domain::customer::CustomerView;

pub fn describe(api: &mut Words) {
    api.get("/api/customers", "Customers, newest first").paged().answers::<CustomersPage>();
    api.get("/api/customers/{id}", "One customer").answers::<CustomerView>();
    api.patch("/api/customers/{id}", "Change a customer; null empties a field").takes::<Editing>().answers::<CustomerView>();
}

pub fn describe_files(api: &mut Words) {
    api.post("/api/files", "Upload a file to name in a message (20 MB)")
        .takes_files::<FileForm>()
        .creates::<FileView>()
        .refuses(413, "Larger than 20 MB, or the company's files take all the room they may (storage_full)");
    let range = json!({ "type": "string", "description": "One range; whatever is not one gives the whole file" });
    api.get("/api/files/{id}", "An attachment's bytes, as a download")
        .header("Range", range)
        .answers_in::<FileBytes>("*/*", 200, "Done")
        .answers_in::<FileBytes>("*/*", 206, "The part asked for")
        .says(416, "The range lies behind the end");
}
