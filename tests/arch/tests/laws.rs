//! The laws of the workspace: who may import whom, under which licences, and that documents speak of what exists.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).exec().expect("cargo metadata")
}

/// Everything a package of ours is built with, through all levels; development dependencies are not.
fn imports(metadata: &Metadata, name: &str) -> HashSet<String> {
    let resolve = metadata.resolve.as_ref().expect("resolved");
    let nodes: HashMap<&PackageId, _> = resolve.nodes.iter().map(|n| (&n.id, n)).collect();
    let names: HashMap<&PackageId, &str> = metadata.packages.iter().map(|p| (&p.id, p.name.as_str())).collect();
    let start = metadata.packages.iter().find(|p| p.name.as_str() == name).expect("a package of ours");
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([&start.id]);
    while let Some(id) = queue.pop_front() {
        for dep in &nodes[id].deps {
            let normal = dep.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal);
            if normal && seen.insert(&dep.pkg) {
                queue.push_back(&dep.pkg);
            }
        }
    }
    seen.into_iter().map(|id| names[id].to_owned()).collect()
}

#[test]
fn imports_run_one_way() {
    let metadata = metadata();
    let ours = [
        "beside-protocol",
        "beside-policies",
        "beside-engine",
        "beside-link-wasm",
        "beside-sdk-wasm",
        "beside-viewer-wasm",
        "beside-relay",
        "beside-demo-site",
    ];
    let may: HashMap<&str, &[&str]> = HashMap::from([
        ("beside-protocol", &[][..]),
        ("beside-policies", &[]),
        ("beside-engine", &["beside-protocol", "beside-policies"]),
        ("beside-link-wasm", &["beside-protocol", "beside-policies", "beside-engine"]),
        ("beside-sdk-wasm", &["beside-protocol", "beside-policies", "beside-engine", "beside-link-wasm"]),
        ("beside-viewer-wasm", &["beside-protocol", "beside-policies", "beside-engine", "beside-link-wasm"]),
        ("beside-relay", &["beside-protocol", "beside-policies"]),
        ("beside-demo-site", &[]),
    ]);
    for package in ours {
        let imported = imports(&metadata, package);
        for other in ours {
            assert!(!imported.contains(other) || may[package].contains(&other), "{package} must not import {other}");
        }
    }
}

#[test]
fn pure_crates_know_no_browser_clock_or_socket() {
    let metadata = metadata();
    for package in ["beside-protocol", "beside-policies", "beside-engine"] {
        let imported = imports(&metadata, package);
        for banned in ["web-sys", "js-sys", "wasm-bindgen", "tokio", "rand", "log", "tracing", "chrono", "time"] {
            assert!(!imported.contains(banned), "{package} must not import {banned}");
        }
    }
}

#[test]
fn a_customers_page_loads_no_heavy_library() {
    // Features are unified over the whole workspace in the metadata, so the SDK's own tree is asked for.
    let out = std::process::Command::new(env!("CARGO"))
        .args(["tree", "-p", "beside-sdk-wasm", "-e", "normal", "--prefix", "none", "--target", "wasm32-unknown-unknown"])
        .current_dir(root())
        .output()
        .expect("cargo tree");
    let tree = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(tree.contains("beside-engine"), "cargo tree said nothing");
    let imported: HashSet<String> = tree.lines().filter_map(|l| l.split(' ').next()).map(str::to_owned).collect();
    for banned in ["regex", "url", "serde_json", "leptos", "toml"] {
        assert!(!imported.contains(banned), "the SDK must not import {banned}");
    }
}

#[test]
fn licences_are_the_agreed_ones() {
    let allowed = [
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MPL-2.0",
        "Zlib",
        "Unicode-3.0",
        "CC0-1.0",
        "MIT-0",
        "0BSD",
        "Unlicense",
        "BSL-1.0",
        "Apache-2.0 WITH LLVM-exception",
    ];
    // Certificates for reqwest in WASM, where the relay is never built; they stand in the lock file only.
    let never_built = ["webpki-root-certs"];
    for package in metadata().packages {
        if never_built.contains(&package.name.as_str()) {
            continue;
        }
        let licence = package.license.clone().unwrap_or_default().replace('/', " OR ");
        // Each side of an AND must be allowed; of an OR one is enough.
        let fits = licence.replace(['(', ')'], " ").split(" AND ").all(|part| part.split(" OR ").any(|l| allowed.contains(&l.trim())));
        assert!(fits, "{} {} has licence \"{licence}\"", package.name, package.version);
        if let Some(source) = &package.source {
            assert!(source.is_crates_io(), "{} comes from elsewhere", package.name);
        }
    }
}

fn files(folder: &Path, extensions: &[&str], out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", ".git", "out", "artifacts", "corpus"].contains(&name.as_str()) {
                files(&path, extensions, out);
            }
        } else if path.extension().is_some_and(|e| extensions.contains(&e.to_string_lossy().as_ref())) {
            out.push(path);
        }
    }
}

#[test]
fn every_rust_file_opens_with_its_promise_and_none_is_too_long() {
    let mut all = Vec::new();
    files(&root(), &["rs"], &mut all);
    assert!(all.len() > 60);
    for path in all {
        let text = std::fs::read_to_string(&path).expect("readable");
        let shown = path.display();
        assert!(text.starts_with("//!") || text.starts_with("#!["), "{shown} does not open with //!");
        assert!(text.lines().count() <= 700, "{shown} has outgrown its file");
    }
}

#[test]
fn no_timer_or_function_is_left_behind() {
    for folder in ["link-wasm/src", "sdk-wasm/src", "viewer-wasm/src"] {
        let mut found = Vec::new();
        files(&root().join(folder), &["rs"], &mut found);
        for file in found {
            let text = std::fs::read_to_string(&file).expect("a file of the project");
            assert!(
                !text.contains(".forget()"),
                "{}: what is forgotten stays in the page; `link_wasm::later` leaves nothing",
                file.display()
            );
        }
    }
}

#[test]
fn the_architecture_page_names_what_exists() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut named = 0;
    for word in text.split('`').skip(1).step_by(2) {
        let is_path = word.contains('/') && !word.contains([' ', '(', '*', ':', '<', '{']) && !word.starts_with('/');
        if is_path {
            named += 1;
            assert!(root().join(word).exists(), "ARCHITECTURE.md names {word}, which does not exist");
        }
    }
    assert!(named > 15, "only {named} paths were found");
}

#[test]
fn the_glue_and_the_engine_number_records_alike() {
    let glue = std::fs::read_to_string(root().join("sdk-wasm/js/records.js")).expect("the glue");
    let rust = std::fs::read_to_string(root().join("engine/src/pack.rs")).expect("the engine");
    let table = glue.split_once("export const R = {").and_then(|(_, t)| t.split_once("};")).expect("the table").0;
    let mut numbers = 0;
    for entry in table.split([',', '\n']).map(str::trim).filter(|e| !e.is_empty()) {
        let (name, number) = entry.split_once(':').expect("name: number");
        let line = format!("pub const {}: u32 = {};", name.trim(), number.trim());
        assert!(rust.contains(&line), "{line}");
        numbers += 1;
    }
    assert_eq!(numbers, rust.matches(": u32 = ").count());
}

#[test]
fn the_glue_and_the_engine_list_the_facts_of_a_device_alike() {
    let glue = std::fs::read_to_string(root().join("sdk-wasm/js/device.js")).expect("the glue");
    let rust = std::fs::read_to_string(root().join("engine/src/media.rs")).expect("the engine");
    let quoted = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let theirs = quoted(glue.split_once("const FACTS = [").and_then(|(_, t)| t.split_once("];")).expect("the list").0);
    let ours = quoted(rust.split_once("pub const FACTS").and_then(|(_, t)| t.split_once("];")).expect("the list").0);
    let ours: Vec<String> = ours.chunks(2).map(|pair| pair.join(":")).collect();
    assert_eq!(theirs, ours);
    assert!(ours.len() > 10, "only {} facts were found", ours.len());
}
