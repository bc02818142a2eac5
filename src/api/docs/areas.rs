//! What the documents say of each area's addresses. Every row of the table of routes stands in one of these files; a test
//! holds the two against each other.
mod accounts;
mod agent;
mod channels;
mod conversations;
mod customers;
mod leads;
mod notices;
mod process;
mod team;
mod visitors;

use super::words::Words;

pub fn all() -> Words {
    let mut words = Words::new();
    process::describe(words.area("Process"));
    accounts::describe(words.area("Accounts"));
    team::describe(words.area("Team"));
    team::describe_company(words.area("Company"));
    channels::describe(words.area("Channels"));
    channels::describe_webhooks(words.area("Webhooks"));
    agent::describe(words.area("Agent"));
    agent::describe_chat(words.area("Agent"));
    customers::describe(words.area("Customers"));
    customers::describe_files(words.area("Files"));
    leads::describe(words.area("Leads"));
    conversations::describe(words.area("Conversations"));
    notices::describe(words.area("Notices"));
    visitors::describe(words.area("Web chat"));
    words
}
