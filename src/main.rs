//! The program: `switchboard serve` and the few commands around it.
#![forbid(unsafe_code)]

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "switchboard", version, about = "A real-time messaging hub: Telegram, WhatsApp and web chat in one place")]
struct CommandLine {
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Serve (the default)
    Serve,
    /// Bring the database's schema up to date and leave
    Migrate,
    /// Print each setting, where it came from, and what is wrong with it
    CheckConfig {
        /// Also try the database and Redis
        #[arg(long)]
        connect: bool,
    },
    /// Make a company with its owner, whatever REGISTRATION says. The password is read from standard input
    CreateOwner {
        #[arg(long)]
        email: String,
        #[arg(long)]
        company: String,
        #[arg(long)]
        name: Option<String>,
    },
    /// Set a new password and end the user's sessions. The password is read from standard input
    ResetPassword { email: String },
    /// Write openapi.json and asyncapi.json, as the API serves them, into a folder
    ApiDocuments { folder: PathBuf },
}

fn main() -> ExitCode {
    // Two TLS stacks are linked; without a choice the first handshake would panic.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let done = match CommandLine::parse().command.unwrap_or(CliCommand::Serve) {
        CliCommand::Serve => commands::serve(),
        CliCommand::Migrate => commands::migrate(),
        CliCommand::CheckConfig { connect } => commands::check_config(connect),
        CliCommand::CreateOwner { email, company, name } => commands::create_owner(email, company, name),
        CliCommand::ResetPassword { email } => commands::reset_password(email),
        CliCommand::ApiDocuments { folder } => commands::api_documents(&folder),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("switchboard: {trouble}");
            ExitCode::from(trouble.code())
        }
    }
}
