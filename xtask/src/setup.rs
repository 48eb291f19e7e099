//! What a machine must have. Whatever can be installed by a package manager that is there, is.

use std::path::Path;

use crate::shell::{Done, command, failure, output, root, run, say, works};

const TARGET: &str = "wasm32-unknown-unknown";
/// Bytes that a build from nothing leaves in `target/` and `node_modules/`, rounded up; seen: 4.7 GB with all tests.
const FIRST_BUILD: u64 = 6 << 30;
/// Bytes that a build of changed sources may add.
const LATER_BUILD: u64 = 512 << 20;

/// The WASM target of the compiler.
pub(crate) fn wasm_target() -> Done {
    let sysroot = output("rustc", &["--print", "sysroot"]).unwrap_or_default();
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    say("Adding the WASM target to the Rust toolchain …");
    run(&mut command("rustup", &["target", "add", TARGET]), &format!("Install it by hand: rustup target add {TARGET}"))
}

/// What a search for bad inputs needs: a nightly compiler and cargo-fuzz.
pub(crate) fn fuzzer() -> Done {
    if !output("rustup", &["toolchain", "list"]).is_some_and(|l| l.contains("nightly")) {
        say("Installing a nightly compiler …");
        let mut rustup = command("rustup", &["toolchain", "install", "nightly", "--profile", "minimal"]);
        run(&mut rustup, "Install it by hand: rustup toolchain install nightly")?;
    }
    if !works("cargo", &["fuzz", "--version"]) {
        say("Installing cargo-fuzz …");
        run(&mut command("cargo", &["install", "cargo-fuzz", "--locked", "--quiet"]), "Install it by hand: cargo install cargo-fuzz")?;
    }
    Ok(())
}

/// Refuses to begin what a nearly full disk would break halfway.
pub(crate) fn disk(first_build: bool) -> Done {
    let needed = if first_build { FIRST_BUILD } else { LATER_BUILD };
    match fs4::available_space(root()) {
        Ok(free) if free < needed => Err(failure(
            format!("The disk has {} MB left; building needs about {} MB.", free >> 20, needed >> 20),
            format!("Make room on the disk of {}, then run the task again.", root().display()),
        )),
        _ => Ok(()),
    }
}

/// Node, and the packages of `package.json`.
pub(crate) fn node_packages() -> Done {
    let version = output("node", &["--version"])
        .ok_or_else(|| failure("Node is not installed.", "Install Node 20 or later, for example by your system's package manager."))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|v| v.parse::<u32>().ok()).unwrap_or(0);
    if major < 20 {
        return Err(failure(format!("Node {} is too old.", version.trim()), "Install Node 20 or later."));
    }
    let (stamp, lock) = (root().join("node_modules/.beside-lock"), root().join("package-lock.json"));
    let wanted = std::fs::read(&lock).unwrap_or_default();
    if std::fs::read(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    say("Installing npm packages …");
    run(
        &mut command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
        "Check the connection to the npm registry and try again.",
    )?;
    // esbuild's binary is a package of its own; nothing else needs a script.
    std::fs::write(&stamp, wanted)
        .map_err(|e| failure(format!("node_modules could not be written: {e}."), "Check that the disk is not full."))
}

/// A browser by its Debian name, or wherever else it is found.
pub(crate) fn browser(name: &str, package: &str, paths: &[&str]) -> Done<String> {
    let find = || paths.iter().find(|p| Path::new(p).exists()).map(|p| (*p).to_owned());
    if let Some(found) = find() {
        return Ok(found);
    }
    say(&format!("Installing {name} …"));
    if works("apt-get", &["--version"]) {
        let root_user = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
        let sudo: &[&str] = if root_user { &[] } else { &["sudo", "-n"] };
        let with = |args: &[&'static str]| {
            let all: Vec<&str> = sudo.iter().copied().chain(args.iter().copied()).collect();
            command(all[0], &all[1..])
        };
        let _ = with(&["apt-get", "update", "-q"]).status();
        let mut install = if root_user { command("apt-get", &[]) } else { command("sudo", &["-n", "apt-get"]) };
        install.args(["install", "-y", "-q", package, "fonts-liberation", "fonts-dejavu-core"]);
        run(&mut install, &format!("Install {name} by hand: apt-get install {package}"))?;
    }
    find().ok_or_else(|| {
        failure(format!("{name} is not installed."), format!("Install it by your system's package manager (Debian: {package})."))
    })
}

/// Chromium.
pub(crate) fn chromium() -> Done<String> {
    browser(
        "Chromium",
        "chromium",
        &[
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ],
    )
}

/// WebKitGTK with its driver, and a screen for it that nobody sees.
pub(crate) fn webkit() -> Done {
    browser("WebKitGTK", "webkit2gtk-driver", &["/usr/bin/WebKitWebDriver"])?;
    browser("a virtual screen", "xvfb", &["/usr/bin/xvfb-run"]).map(|_| ())
}

/// Firefox.
pub(crate) fn firefox() -> Done<String> {
    browser("Firefox", "firefox-esr", &["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"])
}
