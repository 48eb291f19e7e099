//! The `beside` command.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
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

#[derive(Subcommand)]
enum PolicyCommand {
    /// Says whether a policy file is valid, and if not, where and why
    Check {
        /// The file
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_from_env("BESIDE_LOG").unwrap_or_else(|_| EnvFilter::new("warn,relay=info")))
        .init();
    match Cli::parse().command {
        Command::Serve(options) => run(options),
        Command::Policy(PolicyCommand::Check { file }) => check(&file),
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

fn check(file: &std::path::Path) -> ExitCode {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(e) => return fail(&format!("{} cannot be read: {e}.", file.display()), "Check the path."),
    };
    match policies::source::read(&text) {
        Ok(policy) => {
            #[allow(clippy::print_stdout, reason = "this line is the command's output")]
            {
                println!("{} is valid: {} rules.", file.display(), policy.rules.len());
            }
            ExitCode::SUCCESS
        }
        Err(problems) => {
            let name = file.display().to_string();
            let reports: Vec<String> = problems.iter().map(|p| p.report(&name, &text)).collect();
            fail(&reports.join("\n"), &format!("{} in {name}. It was not taken over anywhere.", count(problems.len())))
        }
    }
}

fn count(problems: usize) -> String {
    if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") }
}

fn fail(what: &str, help: &str) -> ExitCode {
    #[allow(clippy::print_stderr, reason = "errors go to standard error, in one line, and what to do in the next")]
    {
        eprintln!("{what}\n{help}");
    }
    ExitCode::FAILURE
}
