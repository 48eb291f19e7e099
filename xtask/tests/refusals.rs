//! What a task says when it cannot go on: one plain sentence, what mends it, and an exit code that is not 0.
#![allow(clippy::expect_used, reason = "tests")]

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

struct Refused {
    says: String,
    code: Option<i32>,
}

fn demo(path: &Path, args: &[&str]) -> Refused {
    let out = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("demo").args(args).env("PATH", path).output().expect("xtask starts");
    Refused { says: String::from_utf8_lossy(&out.stderr).into_owned(), code: out.status.code() }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).expect("a free port").port()
}

/// A folder in which each of `tools` prints its line.
fn tools(name: &str, tools: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("beside-refusals-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (tool, line) in tools {
        let file = folder.join(tool);
        std::fs::write(&file, format!("#!/bin/sh\necho {line}\n")).expect("a tool");
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a tool that runs");
    }
    folder
}

#[test]
#[cfg(unix)]
fn refusals() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let taken = taken.local_addr().expect("its number").port().to_string();
    let (relay, site) = (free_port().to_string(), free_port().to_string());
    let free = ["--relay-port", relay.as_str(), "--site-port", site.as_str()];
    let rows: [(&str, std::path::PathBuf, Vec<&str>, [&str; 2]); 4] = [
        ("no Node", tools("none", &[]), free.to_vec(), ["Node is not installed.", "Install Node 20 or later"]),
        ("old Node", tools("old", &[("node", "v16.20.0")]), free.to_vec(), ["Node v16.20.0 is too old.", "Install Node 20 or later"]),
        (
            "relay's port taken",
            tools("relay", &[]),
            vec!["--relay-port", &taken, "--site-port", &site],
            [&format!("Port {taken} is taken."), "--relay-port"],
        ),
        (
            "site's port taken",
            tools("site", &[]),
            vec!["--relay-port", &relay, "--site-port", &taken],
            [&format!("Port {taken} is taken."), "--site-port"],
        ),
    ];
    for (name, path, args, wanted) in rows {
        let refused = demo(&path, &args);
        let lines: Vec<&str> = refused.says.lines().collect();
        assert_eq!(lines.len(), 2, "{name}: {}", refused.says);
        assert!(lines[0].contains(wanted[0]) && lines[1].contains(wanted[1]), "{name}: {}", refused.says);
        assert_eq!(refused.code, Some(1), "{name}");
        let _ = std::fs::remove_dir_all(path);
    }
}
