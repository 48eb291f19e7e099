//! The `beside` command.

mod policy_commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use policy_commands::PolicyCommand;
use relay::serve::{Serve, serve};
use tracing_subscriber::EnvFilter;

/// Co-browsing that keeps what is private in the customer's browser.
#[derive(Parser)]
#[command(name = "beside", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the relay
    Serve(Serve),
    /// Looks after masking policies
    #[command(subcommand)]
    Policy(PolicyCommand),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_from_env("BESIDE_LOG").unwrap_or_else(|_| EnvFilter::new("warn,relay=info")))
        .init();
    match Cli::parse().command {
        Command::Serve(options) => run(options),
        Command::Policy(command) => report(policy_commands::run(command)),
    }
}

fn run(options: Serve) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return fail(&format!("The runtime could not start: {e}."), "Check the system's limits on threads."),
    };
    match runtime.block_on(serve(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => fail(&e.what, &e.help),
    }
}

/// Prints what a command has to say, or why it did not work and what to do.
fn report(done: Result<String, policy_commands::Failed>) -> ExitCode {
    match done {
        Ok(text) => {
            #[allow(clippy::print_stdout, reason = "this is the command's output")]
            {
                println!("{text}");
            }
            ExitCode::SUCCESS
        }
        Err(policy_commands::Failed { what, help }) => fail(&what, &help),
    }
}

fn fail(what: &str, help: &str) -> ExitCode {
    #[allow(clippy::print_stderr, reason = "errors go to standard error, in one line, and what to do in the next")]
    {
        eprintln!("{what}\n{help}");
    }
    ExitCode::FAILURE
}
