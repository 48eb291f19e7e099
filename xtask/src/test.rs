//! `cargo xtask test` and its neighbours.

use std::time::Instant;

use clap::Args;

use crate::build::{self, Sdk};
use crate::setup;
use crate::shell::{Done, Failure, command, complain, failure, root, run, say, works};

/// Options of `test`.
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Only what needs no browser
    #[arg(long)]
    native: bool,
    /// Only the browser suites whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// The browser suites with the core as JavaScript, which pages get that forbid WASM
    #[arg(long)]
    plain: bool,
}

impl Test {
    fn is_whole(&self) -> bool {
        self.only.is_none() && !self.plain
    }
}

/// Options of `fidelity`.
#[derive(Args, Debug)]
pub(crate) struct Fidelity {
    /// Only these sites, separated by commas
    #[arg(long)]
    only: Option<String>,
    /// Engines of customer and agent
    #[arg(long, default_value = "chromium-chromium,firefox-firefox,firefox-chromium,chromium-firefox")]
    pairs: String,
}

/// Options of `bench`.
#[derive(Args, Debug)]
pub(crate) struct Bench {
    /// Rounds of each cell
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Only workloads whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// How many times slower the page's processor is
    #[arg(long, default_value_t = 1)]
    throttle: u32,
}

/// Everything but the crates that only a browser can run.
const NATIVE: [&str; 7] =
    ["--workspace", "--exclude", "beside-sdk-wasm", "--exclude", "beside-viewer-wasm", "--exclude", "beside-link-wasm"];

struct Tally {
    passed: usize,
    failed: usize,
    took: Vec<(String, f64)>,
    /// What failed, and what did at first, said again at the end: the lines above are many.
    failures: Vec<String>,
}

/// What a step gave.
struct Outcome {
    passed: usize,
    failed: usize,
    /// Its lines about what failed, or failed at first.
    closing: Vec<String>,
}

/// How such lines begin.
const CLOSING: [&str; 2] = ["failed: ", "unsteady: "];

impl Tally {
    fn step(&mut self, name: &str, f: impl FnOnce() -> Result<Outcome, Failure>) {
        say(&format!("\n── {name}"));
        let start = Instant::now();
        match f() {
            Ok(Outcome { passed, failed, closing }) => {
                self.passed += passed;
                self.failed += failed;
                say(&format!("{name}: {passed} passed, {failed} failed"));
                if failed > 0 {
                    self.failures.push(format!("failed: {name}: {failed} failed"));
                }
                self.failures.extend(closing);
            }
            Err(e) => {
                complain(&e);
                self.failures.push(format!("failed: {name}: {}", e.what));
                self.failed += 1;
            }
        }
        self.took.push((name.to_owned(), start.elapsed().as_secs_f64()));
    }
}

pub(crate) fn all(options: &Test) -> Done {
    let mut tally = Tally { passed: 0, failed: 0, took: vec![], failures: vec![] };
    if options.native {
        if options.is_whole() {
            natives(&mut tally)?;
        }
    } else {
        setup::node_packages()?;
        let found = (setup::chromium()?, setup::firefox()?);
        setup::wasm_target()?;
        let start = Instant::now();
        // Where one of the two waits for a linker, the other has the processor: they have build folders of their own.
        std::thread::scope(|scope| {
            let builds = scope.spawn(for_browsers);
            if options.is_whole() {
                natives(&mut tally)?;
            }
            builds.join().unwrap_or_else(|_| Err(failure("The builds for the browsers stopped early.", "What they said stands above.")))
        })?;
        tally.took.push(("all of this, and the builds for the browsers beside it".to_owned(), start.elapsed().as_secs_f64()));
        browsers(options, &found, &mut tally)?;
    }
    say("");
    for (name, seconds) in &tally.took {
        say(&format!("  {seconds:>6.1} s  {name}"));
    }
    for failure in &tally.failures {
        say(&format!("\n{failure}"));
    }
    say(&format!("\n{} passed, {} failed", tally.passed, tally.failed));
    if tally.failed > 0 { Err(failure("Some tests failed.", "They are named above.")) } else { Ok(()) }
}

/// What needs no browser.
fn natives(tally: &mut Tally) -> Done {
    tally.step("format", || one(run(&mut command("cargo", &["fmt", "--all", "--check"]), "Run: cargo fmt --all")));
    setup::wasm_target()?;
    tally.step("clippy", || {
        one(run(
            command("cargo", &["clippy", "--quiet"]).args(NATIVE).args(["--all-targets", "--", "-D", "warnings"]),
            "Mend the warnings above.",
        ))
    });
    tally.step("native tests", native);
    tally.step("licences", licences);
    Ok(())
}

fn one(done: Done) -> Result<Outcome, Failure> {
    done.map(|()| Outcome { passed: 1, failed: 0, closing: Vec::new() })
}

/// Unit, property and golden-byte tests; counted from cargo's own closing lines.
fn native() -> Result<Outcome, Failure> {
    let out = command("cargo", &["test"])
        .args(NATIVE)
        .arg("--no-fail-fast")
        .output()
        .map_err(|e| failure(format!("cargo could not be started: {e}."), "Is Rust installed?"))?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let count = |word: &str| -> usize {
        text.lines()
            .filter(|l| l.starts_with("test result:"))
            .filter_map(|l| l.split(&format!(" {word}")).next()?.rsplit([' ', '.']).next()?.parse::<usize>().ok())
            .sum()
    };
    let (passed, mut failed, mut closing) = (count("passed"), count("failed"), Vec::new());
    if !out.status.success() {
        say(&text);
        say(&String::from_utf8_lossy(&out.stderr));
        closing.extend(text.lines().filter(|l| l.ends_with("... FAILED")).map(|line| format!("failed: {line}")));
        failed = failed.max(1);
    }
    Ok(Outcome { passed, failed, closing })
}

/// cargo-deny where it is installed; the licences themselves are checked by a test of `tests/arch` in any case.
fn licences() -> Result<Outcome, Failure> {
    if works("cargo", &["deny", "--version"]) {
        return one(run(&mut command("cargo", &["deny", "check", "bans", "licenses", "sources"]), "See deny.toml."));
    }
    say("cargo-deny is not installed; licences and sources were checked by the test of tests/arch.");
    Ok(Outcome { passed: 0, failed: 0, closing: Vec::new() })
}

fn browsers(options: &Test, (chromium, firefox): &(String, String), tally: &mut Tally) -> Done {
    if options.is_whole() {
        tally.step("WebKit is there", || one(setup::webkit()));
        tally.step("clippy for WASM", || {
            one(run(
                &mut command(
                    "cargo",
                    &[
                        "clippy",
                        "--quiet",
                        "--target",
                        "wasm32-unknown-unknown",
                        "-p",
                        "beside-sdk-wasm",
                        "-p",
                        "beside-viewer-wasm",
                        "-p",
                        "beside-link-wasm",
                        "--",
                        "-D",
                        "warnings",
                    ],
                ),
                "Mend the warnings above.",
            ))
        });
        tally.step("sizes", || one(build::sizes()));
    }
    let suites = |args: &[&str]| {
        let mut node = command("node", &["tests/run.mjs"]);
        node.args(args).env("CHROMIUM", chromium).env("FIREFOX", firefox);
        node
    };
    let only: Vec<&str> = options.only.iter().flat_map(|only| ["--only", only]).collect();
    let plain: &[&str] = if options.plain { &["--plain"] } else { &[] };
    tally.step("browsers", || counted(&mut suites(&[&only, plain].concat())));
    if options.is_whole() {
        // All of them by `--plain`.
        tally.step("browsers without WASM", || counted(&mut suites(&["--plain", "--only", "01,05,10", "--browsers", "chromium"])));
    }
    Ok(())
}

/// Runs a script that closes with `N passed, N failed`.
fn counted(script: &mut std::process::Command) -> Result<Outcome, Failure> {
    use std::io::{BufRead, BufReader};
    let mut child = script
        .stdout(std::process::Stdio::piped())
        .spawn()
        .map_err(|e| failure(format!("node could not be started: {e}."), "Install Node 20 or later."))?;
    let (mut last, mut closing) = (None, Vec::new());
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            say(&line);
            if CLOSING.iter().any(|word| line.starts_with(word)) {
                closing.push(line.clone());
            }
            if let Some((passed, failed)) = line.strip_suffix(" failed").and_then(|l| l.split_once(" passed, ")) {
                last = passed.trim().parse().ok().zip(failed.trim().parse().ok());
            }
        }
    }
    let status = child.wait().map_err(|e| failure(format!("node was lost: {e}."), "Run the task again."))?;
    match last {
        Some((passed, failed)) if status.success() || failed > 0 => Ok(Outcome { passed, failed, closing }),
        _ => Err(failure(format!("The browser suites stopped early ({status})."), "What they said stands above.")),
    }
}

pub(crate) fn bench(options: &Bench) -> Done {
    setup::node_packages()?;
    let chromium = setup::chromium()?;
    for_browsers()?;
    let mut node =
        command("node", &["tests/bench/run.mjs", "--rounds", &options.rounds.to_string(), "--throttle", &options.throttle.to_string()]);
    node.env("CHROMIUM", chromium);
    if let Some(only) = &options.only {
        node.args(["--only", only]);
    }
    run(&mut node, "What went wrong stands above.")
}

/// Builds what the browser tasks run.
fn for_browsers() -> Done {
    build::sdk(Sdk::Release)?;
    build::sdk(Sdk::Tap)?;
    build::plain(Sdk::Tap)?;
    build::dashboard(false)?;
    build::servers()
}

pub(crate) fn leaks() -> Done {
    setup::node_packages()?;
    let (chromium, firefox) = (setup::chromium()?, setup::firefox()?);
    for_browsers()?;
    let mut node = command("node", &["tests/run.mjs", "--only", "05-privacy,20-detect,24-echo,25-leaks,26-equal", "--whole"]);
    run(node.env("CHROMIUM", chromium).env("FIREFOX", firefox), "What leaks stands above.")
}

pub(crate) fn shots() -> Done {
    setup::node_packages()?;
    let chromium = setup::chromium()?;
    for_browsers()?;
    run(command("node", &["tests/shots.mjs"]).env("CHROMIUM", chromium), "What went wrong stands above.")
}

pub(crate) fn latency() -> Done {
    setup::node_packages()?;
    let chromium = setup::chromium()?;
    for_browsers()?;
    run(command("node", &["tests/latency.mjs"]).env("CHROMIUM", chromium), "What went wrong stands above.")
}

pub(crate) fn memory(sessions: u32) -> Done {
    setup::node_packages()?;
    let chromium = setup::chromium()?;
    for_browsers()?;
    let mut node = command("node", &["tests/memory.mjs", "--sessions", &sessions.to_string()]);
    run(node.env("CHROMIUM", chromium), "What went wrong stands above.")
}

pub(crate) fn fidelity(options: &Fidelity) -> Done {
    setup::node_packages()?;
    let (chromium, firefox) = (setup::chromium()?, setup::firefox()?);
    if options.pairs.contains("webkit") {
        setup::webkit()?;
    }
    for_browsers()?;
    let mut node = command("node", &["tests/fidelity.mjs", "--pairs", &options.pairs]);
    node.env("CHROMIUM", chromium).env("FIREFOX", firefox);
    if let Some(only) = &options.only {
        node.args(["--only", only]);
    }
    run(&mut node, "What differs stands above, with pictures in tests/out/fidelity.html.")
}

pub(crate) fn fuzz(seconds: u32) -> Done {
    setup::fuzzer()?;
    let seeds = root().join("fuzz/seeds");
    let mut targets: Vec<String> = std::fs::read_dir(&seeds)
        .map_err(|e| failure(format!("fuzz/seeds cannot be read: {e}."), "Check out the whole repository."))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    targets.sort();
    for target in &targets {
        say(&format!("── {target}"));
        let time = format!("-max_total_time={seconds}");
        // What is found grows in target/, the seeds stay as they were chosen.
        let found = format!("target/fuzz-corpus/{target}");
        let _ = std::fs::create_dir_all(root().join(&found));
        run(
            &mut command(
                "cargo",
                &[
                    "+nightly",
                    "fuzz",
                    "run",
                    target,
                    &found,
                    &format!("fuzz/seeds/{target}"),
                    "--",
                    &time,
                    "-print_final_stats=1",
                    "-verbosity=0",
                ],
            ),
            "The input that failed was kept in fuzz/artifacts.",
        )?;
    }
    say(&format!("\n{} passed, 0 failed", targets.len()));
    Ok(())
}
