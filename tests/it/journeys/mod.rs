//! People and programs on their way through the contract.

mod accounts;
mod agent_settings;
mod agent_tools;
mod ai_settings;
mod channels;
mod configuration;
mod conversations;
mod drafts;
mod drain;
mod feed;
mod isolation;
mod nodes;
mod outages;
mod polling;
mod quarantine;
mod sending;
mod sessions;
mod signals;
mod snapshot;
mod strays;
mod team;
mod telegram_files;
mod telegram_in;
mod telegram_out;
mod third_party;
mod webchat;
