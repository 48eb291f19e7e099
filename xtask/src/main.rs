//! `cargo xtask …`: set-up, builds, tests, the demo. Nothing needs to be installed by hand but Rust, Node and git.

mod build;
mod demo;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds everything for release into dist/
    Build,
    /// Builds, starts the relay and the demo bank, and prints where to go
    Demo(demo::Demo),
    /// Sets up whatever is missing and runs every test
    Test(test::Test),
    /// Compares with @rrweb/record and OpenReplay in one run, in Chromium
    Bench(test::Bench),
    /// Plays the site corpus and compares page and replica after every step
    Fidelity(test::Fidelity),
    /// Looks for canaries in everything that leaves a page, and proves that it would find them
    Leaks,
    /// Makes the pictures of the README anew, into docs/
    Shots,
    /// Measures the time from a change at the customer's to the frame that shows it at the agent's
    Latency,
    /// Measures what sessions leave behind, one after the other on one page
    Memory {
        /// How many
        #[arg(long, default_value_t = 50)]
        sessions: u32,
    },
    /// Searches for inputs that a decoder does not survive; the seeds alone run in `test`
    Fuzz {
        /// Seconds a target
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Build => build::release(),
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::all(&options),
        Task::Bench(options) => test::bench(&options),
        Task::Fidelity(options) => test::fidelity(&options),
        Task::Leaks => test::leaks(),
        Task::Shots => test::shots(),
        Task::Latency => test::latency(),
        Task::Memory { sessions } => test::memory(sessions),
        Task::Fuzz { seconds } => test::fuzz(seconds),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            shell::complain(&e);
            ExitCode::FAILURE
        }
    }
}
