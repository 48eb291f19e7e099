//! `cargo xtask demo`: a made-up bank and its help desk, on this machine alone.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;

use crate::build::{self, Sdk};
use crate::shell::{Done, command, failure, root, say};

/// Options of `demo`.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Opens both pages in the browser
    #[arg(long)]
    open: bool,
    /// Port of the relay
    #[arg(long, default_value_t = 7480)]
    relay_port: u16,
    /// Port of the demo bank
    #[arg(long, default_value_t = 7481)]
    site_port: u16,
}

/// A child that dies with us.
struct Server(Child);
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn run(options: &Demo) -> Done {
    for (port, flag) in [(options.relay_port, "--relay-port"), (options.site_port, "--site-port")] {
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            return Err(failure(format!("Port {port} is taken."), format!("Stop what uses it, or choose another with {flag}.")));
        }
    }
    build::sdk(Sdk::Release)?;
    build::dashboard(false)?;
    build::servers()?;
    let site = format!("http://127.0.0.1:{}", options.site_port);
    let relay_listen = format!("127.0.0.1:{}", options.relay_port);
    let bin = root().join("target/debug");
    let mut relay = command(
        &bin.join("beside").to_string_lossy(),
        &[
            "serve",
            "--demo",
            "--json",
            "--listen",
            &relay_listen,
            "--allow-origin",
            &site,
            "--data",
            "target/demo-data",
            "--web",
            "target/web",
        ],
    );
    let (_relay, ready) = start(&mut relay, "the relay")?;
    let ready: serde_json::Value =
        serde_json::from_str(&ready).map_err(|e| failure(format!("The relay said something unexpected: {e}."), "Run the task again."))?;
    let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
    let mut bank = command(
        &bin.join("demo-site").to_string_lossy(),
        &["--listen", &format!("127.0.0.1:{}", options.site_port), "--script", &text("script"), "--tenant", &text("tenant")],
    );
    let (_bank, _) = start(&mut bank, "the demo bank")?;
    say(&format!(
        "\nThe demo is running.\n\n  customer   {site}/\n  agent      {}\n  sign in    {}\n  as admin   {}\n  password   {}\n\nPress \"Get help\" at the customer's, type the code at the agent's. Ctrl-C stops all.",
        text("agent"),
        text("email"),
        text("admin"),
        text("password")
    ));
    if options.open {
        for url in [format!("{site}/"), text("agent")] {
            open(&url);
        }
    }
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    ctrlc::set_handler(move || stopped.store(true, Ordering::Relaxed))
        .map_err(|e| failure(format!("Ctrl-C cannot be caught: {e}."), "Stop the task by closing its window."))?;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    say("\nStopped.");
    Ok(())
}

/// Starts a server and waits for the line that says it is ready.
fn start(program: &mut Command, name: &str) -> Done<(Server, String)> {
    let child =
        program.stdout(Stdio::piped()).spawn().map_err(|e| failure(format!("{name} could not be started: {e}."), "Run the task again."))?;
    let mut server = Server(child);
    let mut line = String::new();
    let out = server.0.stdout.take().ok_or_else(|| failure(format!("{name} says nothing."), "Run the task again."))?;
    let mut out = BufReader::new(out);
    let read = out.read_line(&mut line);
    if read.is_err() || line.trim().is_empty() {
        return Err(failure(format!("{name} did not start."), "What it said stands above."));
    }
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            say(&line);
        }
    });
    Ok((server, line))
}

fn open(url: &str) {
    for program in ["xdg-open", "open"] {
        if Command::new(program).arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok() {
            return;
        }
    }
}
