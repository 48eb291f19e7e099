//! `beside serve`: starts, says where it listens, stops gracefully.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use protocol::SessionId;
use serde::Serialize;

use crate::fetch::Fetcher;
use crate::hub::Hub;
use crate::shell::{Shell, now};
use crate::store::Store;
use crate::tickets::{RelayKey, hex};
use crate::{accounts, demo, http, limits};

/// Options of `serve`.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// Sets up the made-up company acme-bank with two agents
    #[arg(long)]
    pub demo: bool,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:7480")]
    pub listen: SocketAddr,
    /// Origin that the demo company's pages have; may be given several times
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
    /// Folder for the database
    #[arg(long, default_value = "data")]
    pub data: PathBuf,
    /// Policy file of the demo company
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Seconds that a PIN can be used; ten minutes is the most
    #[arg(long, value_name = "SECONDS", default_value_t = protocol::limits::PIN_SECONDS, value_parser = clap::value_parser!(u64).range(1..=protocol::limits::PIN_SECONDS))]
    pub pin_seconds: u64,
    /// Serves the SDK and the dashboard from this folder instead of the ones in the binary; for development
    #[arg(long, value_name = "DIR")]
    pub web: Option<PathBuf>,
    /// A network that is not public and from which files may be fetched for pages all the same, like 10.20.0.0/16; only from
    /// hosts that a company's policy lists; may be given several times
    #[arg(long = "fetch-inside", value_name = "NETWORK")]
    pub inside: Vec<ipnet::IpNet>,
    /// Days for which the record of a session is kept
    #[arg(long, value_name = "DAYS", default_value_t = limits::RECORD_DAYS)]
    pub record_days: u32,
    /// Prints one line of JSON when ready
    #[arg(long)]
    pub json: bool,
}

/// Why the relay did not start: what happened, and what to do.
#[derive(Debug)]
pub struct CannotStart {
    /// One line.
    pub what: String,
    /// The next line.
    pub help: String,
}

impl CannotStart {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

#[derive(Serialize)]
struct Ready {
    relay: String,
    script: String,
    tenant: &'static str,
    agent: String,
    email: &'static str,
    admin: &'static str,
    password: String,
}

/// Runs until it is told to stop.
///
/// # Errors
/// [`CannotStart`].
pub async fn serve(options: Serve) -> Result<(), CannotStart> {
    if let Some(web) = &options.web {
        http::serve_from(web.clone());
    }
    let store = Store::open(&options.data).await.map_err(|e| {
        CannotStart::new(e.to_string(), format!("Check that {} can be written and that the disk is not full.", options.data.display()))
    })?;
    let store_failed = |e: crate::store::StoreError| CannotStart::new(e.to_string(), "Check the disk; nothing was changed.");
    let key = store.secret("relay-key", &accounts::token()).await.map_err(store_failed)?;
    let mut password = String::new();
    if options.demo {
        let policy = match &options.policy {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|e| {
                CannotStart::new(format!("The policy {} cannot be read: {e}.", file.display()), "Check the path after --policy.")
            })?),
            None => None,
        };
        password = demo::set_up(&store, options.origins.clone(), policy).await.map_err(store_failed)?;
    }
    let mut bytes = [0; 32];
    for (n, b) in bytes.iter_mut().enumerate() {
        *b = key.get(n * 2..n * 2 + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0);
    }
    let ended = store.ended().await.map_err(store_failed)?;
    let ended = ended.iter().filter_map(|id| session_id(id));
    let fetcher = Fetcher::new(options.inside.clone()).map_err(|e| {
        CannotStart::new(
            format!("Nothing can be fetched over https: {e}."),
            "Install the system's root certificates (the package is commonly called ca-certificates).",
        )
    })?;
    let shell = Shell::new(Hub::new(RelayKey(bytes), ended, now()).with_pin_seconds(options.pin_seconds), store, fetcher);
    let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(|e| {
        CannotStart::new(
            format!("{} cannot be listened on: {e}.", options.listen),
            "Stop what uses this port, or choose another with --listen.",
        )
    })?;
    let address = listener.local_addr().map_err(|e| CannotStart::new(e.to_string(), "Try again."))?;
    announce(&options, address, password);
    let ticking = shell.clone();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_secs(1));
        loop {
            every.tick().await;
            ticking.tick();
        }
    });
    tokio::spawn(look_after(shell.clone(), options.record_days));
    let stopping = shell.clone();
    let app = http::router(shell).into_make_service_with_connect_info::<SocketAddr>();
    let graceful = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop_signal().await;
        stopping.stop();
    });
    let serving = async { graceful.await.map_err(|e| CannotStart::new(format!("The relay stopped: {e}."), "Start it again.")) };
    let hard_stop = async {
        stop_signal().await;
        tokio::time::sleep(limits::DRAIN * 2).await;
        Ok(())
    };
    tokio::select! { done = serving => done, done = hard_stop => done }
}

/// Tells pages of new policies, and erases old records once an hour.
async fn look_after(shell: Shell, record_days: u32) {
    const HOUR: u64 = 3600;
    let mut held = std::collections::HashMap::new();
    let mut erased = 0;
    let mut every = tokio::time::interval(Duration::from_secs(limits::POLICY_EVERY));
    loop {
        every.tick().await;
        shell.look_for_policies(&mut held).await;
        if now() >= erased + HOUR {
            erased = now();
            let before = i64::try_from(erased).unwrap_or(i64::MAX) - i64::from(record_days) * 24 * 3600;
            match shell.store.erase_sessions_before(before).await {
                Ok(0) => {}
                Ok(many) => tracing::info!("erased the records of {many} sessions that are older than {record_days} days"),
                Err(e) => tracing::error!("{e}"),
            }
        }
    }
}

fn announce(options: &Serve, address: SocketAddr, password: String) {
    let relay = format!("http://{address}");
    let ready = Ready {
        script: format!("{relay}/beside.js"),
        tenant: demo::TENANT,
        agent: format!("{relay}/agent/"),
        email: demo::AGENTS[0].0,
        admin: demo::ADMIN.0,
        password,
        relay,
    };
    let text = if options.json {
        serde_json::to_string(&ready).unwrap_or_default()
    } else if options.demo {
        format!(
            "Beside is ready.\n  dashboard  {}\n  sign in    {}, or as admin {}\n  password   {}",
            ready.agent, ready.email, ready.admin, ready.password
        )
    } else {
        format!("Beside is ready at {}", ready.relay)
    };
    #[allow(clippy::print_stdout, reason = "this line is the program's output")]
    {
        println!("{text}");
    }
}

fn session_id(text: &str) -> Option<SessionId> {
    let mut id = [0; 16];
    for (n, b) in id.iter_mut().enumerate() {
        *b = u8::from_str_radix(text.get(n * 2..n * 2 + 2)?, 16).ok()?;
    }
    debug_assert_eq!(hex(&id), text);
    Some(SessionId(id))
}

async fn stop_signal() {
    let terminate = async {
        #[cfg(unix)]
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
