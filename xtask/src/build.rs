//! Building: Rust to WASM, bindings, bundles, the relay.
//!
//! `target/web` holds what browsers load (`sdk/`, `agent/`), `target/web-tap` the same with the SDK of the tests, and
//! `dist/` the release.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::setup;
use crate::shell::{Done, command, failure, read, root, run, say, write};

/// Which build of the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sdk {
    /// What ships.
    Release,
    /// Hands its plaintext to the tests.
    Tap,
}

impl Sdk {
    fn web(self) -> PathBuf {
        root().join(match self {
            Self::Release => "target/web",
            Self::Tap => "target/web-tap",
        })
    }
}

/// The SDK.
pub(crate) fn sdk(which: Sdk) -> Done {
    setup::disk(!which.web().exists())?;
    setup::node_packages()?;
    setup::wasm_target()?;
    say(match which {
        Sdk::Release => "Building the SDK …",
        Sdk::Tap => "Building the SDK of the tests …",
    });
    let mut cargo = for_wasm("wasm", "beside-sdk-wasm", &[]);
    if which == Sdk::Tap {
        cargo.args(["--features", "tap"]);
    }
    run(&mut cargo, "Mend the errors above.")?;
    let out = which.web().join("sdk");
    let wasm = read(&root().join("target/wasm32-unknown-unknown/wasm/beside_sdk_wasm.wasm"))?;
    let stamp = out.join(".built");
    let sources = [
        wasm.clone(),
        read(&root().join("sdk-wasm/loader/beside.js"))?,
        read(&root().join("sdk-wasm/js/check.js"))?,
        read(&root().join("sdk-wasm/js/natives.js"))?,
    ]
    .concat();
    if std::fs::read(&stamp).is_ok_and(|old| old == digest(&sources)) {
        return Ok(());
    }
    let work = root().join("target/bindings").join(if which == Sdk::Tap { "sdk-tap" } else { "sdk" });
    bindings(&root().join("target/wasm32-unknown-unknown/wasm/beside_sdk_wasm.wasm"), "core", &work)?;
    optimise(&work.join("core_bg.wasm"), &out.join("core_bg.wasm"))?;
    bundle(&work.join("core.js"), &out.join("core.js"), &["--format=esm", &natives()])?;
    let tap = format!("--define:BESIDE_TAP={}", which == Sdk::Tap);
    bundle(&root().join("sdk-wasm/loader/beside.js"), &out.join("beside.js"), &["--format=iife", &tap])?;
    bundle(&root().join("sdk-wasm/js/check.js"), &out.join("check.js"), &["--format=esm"])?;
    write(&out.join("beside.d.ts"), &read(&root().join("sdk-wasm/loader/beside.d.ts"))?)?;
    write(&stamp, &digest(&sources))
}

/// Between flags in `CARGO_ENCODED_RUSTFLAGS`: paths may have blanks.
const SEPARATOR: &str = "\u{1f}";

/// What a browser loads.
fn for_wasm(profile: &str, package: &str, more: &[&str]) -> Command {
    let mut cargo = command("cargo", &["build", "--quiet", "--profile", profile, "--target", "wasm32-unknown-unknown", "-p", package]);
    // Hashing is done a few times a session; what a page loads counts more.
    let mut flags = vec!["--cfg".to_owned(), "sha2_backend_soft=\"compact\"".to_owned()];
    flags.extend(no_paths());
    flags.extend(more.iter().map(|&flag| flag.to_owned()));
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join(SEPARATOR));
    cargo
}

/// Nothing that ships says where it was built; and it is the same bytes wherever that was.
fn no_paths() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registries = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok()).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = registries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.push(root());
    paths.iter().map(|path| format!("--remap-path-prefix={}=", path.display())).collect()
}

fn natives() -> String {
    format!("--inject:{}", root().join("sdk-wasm/js/natives.js").display())
}

/// The SDK's core once more as JavaScript, for pages whose policy forbids WASM. Made of the same crate, compiled without
/// what only WASM has.
pub(crate) fn plain(which: Sdk) -> Done {
    say("Building the SDK for pages that forbid WASM …");
    let to = which.web().join("sdk/core-plain.js");
    let target = root().join("target/plain");
    let mut cargo = for_wasm("wasm", "beside-sdk-wasm", &["-Ctarget-feature=-reference-types,-multivalue"]);
    if which == Sdk::Tap {
        cargo.args(["--features", "tap"]);
    }
    cargo.arg("--target-dir").arg(&target);
    run(&mut cargo, "Mend the errors above.")?;
    let work = root().join("target/bindings").join(if which == Sdk::Tap { "plain-tap" } else { "plain" });
    let wasm = target.join("wasm32-unknown-unknown/wasm/beside_sdk_wasm.wasm");
    let (stamp, seal) = (work.join(".built"), digest(&read(&wasm)?));
    if to.exists() && std::fs::read(&stamp).is_ok_and(|old| old == seal) {
        return Ok(());
    }
    // The standard library was compiled with all features and says so for the whole module, which the bindings believe.
    let bare = target.join("core.wasm");
    write(&bare, &without_section(&read(&wasm)?, b"target_features"))?;
    let made = Bindgen::new().input_path(&bare).out_name("core").bundler(true).and_then(|b| b.typescript(false).generate(&work));
    made.map_err(|e| {
        failure(
            format!("The bindings of the plain core could not be made: {e}."),
            "Is wasm-bindgen the same version everywhere in Cargo.lock?",
        )
    })?;
    // What JavaScript has no word for is put in simpler ones.
    let small = work.join("small.wasm");
    let mut tool = command(
        "node_modules/.bin/wasm-opt",
        &[
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--llvm-memory-copy-fill-lowering",
            "--llvm-nontrapping-fptoint-lowering",
            "--signext-lowering",
            "-Os",
            "--strip-debug",
        ],
    );
    tool.arg(work.join("core_bg.wasm")).arg("-o").arg(&small);
    run(&mut tool, "Remove node_modules and run the task again.")?;
    let mut tool = command("node_modules/.bin/wasm2js", &["-O2", "--enable-mutable-globals"]);
    tool.arg(&small).arg("-o").arg(work.join("core_bg.wasm.js"));
    run(&mut tool, "Remove node_modules and run the task again.")?;
    // Memory that has grown is another buffer here, and the old one is not detached.
    let glue = String::from_utf8_lossy(&read(&work.join("core_bg.js"))?).into_owned();
    let renewed = glue
        .replace(".byteLength === 0", ".buffer !== wasm.memory.buffer")
        .replace(".buffer.detached === true", ".buffer !== wasm.memory.buffer");
    write(&work.join("core_bg.js"), renewed.as_bytes())?;
    let entry = String::from_utf8_lossy(&read(&work.join("core.js"))?).replace("core_bg.wasm\"", "core_bg.wasm.js\"");
    write(&work.join("plain.js"), entry.as_bytes())?;
    bundle(&work.join("plain.js"), &to, &["--format=esm", &natives()])?;
    write(&stamp, &seal)
}

/// A module without one of its custom sections. A section is its number, its length and its content, which begins with
/// its name where the number is 0 (WebAssembly Core, 5.5).
fn without_section(module: &[u8], name: &[u8]) -> Vec<u8> {
    let (head, mut rest) = module.split_at(8.min(module.len()));
    let mut out = head.to_vec();
    let number = |bytes: &[u8]| {
        let len = bytes.iter().take(5).take_while(|b| **b & 0x80 != 0).count() + 1;
        let value = bytes.iter().take(len).enumerate().fold(0usize, |v, (n, b)| v | usize::from(*b & 0x7f) << (7 * n));
        (value, len)
    };
    while let [kind, tail @ ..] = rest {
        let (size, len) = number(tail);
        let end = (1 + len + size).min(rest.len());
        let content = &rest[(1 + len).min(end)..end];
        let (name_size, name_len) = number(content);
        let is_it = *kind == 0 && content.get(name_len..name_len + name_size) == Some(name);
        if !is_it {
            out.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out
}

/// The dashboard; `release` makes it small.
pub(crate) fn dashboard(release: bool) -> Done {
    setup::wasm_target()?;
    setup::node_packages()?;
    say("Building the dashboard …");
    let profile = if release { "wasm" } else { "wasm-fast" };
    run(&mut for_wasm(profile, "beside-viewer-wasm", &[]), "Mend the errors above.")?;
    let wasm = root().join(format!("target/wasm32-unknown-unknown/{profile}/beside_viewer_wasm.wasm"));
    let style = root().join("viewer-wasm/style");
    let css = [read(&root().join("look/tokens.css"))?, read(&root().join("look/marks.css"))?, read(&style.join("app.css"))?].concat();
    let work = root().join("target/bindings/agent");
    let stamp = work.join(".built");
    let seal = digest(&[read(&wasm)?, vec![u8::from(release)]].concat());
    let fresh = std::fs::read(&stamp).is_ok_and(|old| old == seal);
    if !fresh {
        bindings(&wasm, "viewer", &work)?;
        if release {
            optimise(&work.join("viewer_bg.wasm"), &work.join("small.wasm"))?;
        } else {
            write(&work.join("small.wasm"), &read(&work.join("viewer_bg.wasm"))?)?;
        }
        bundle(&work.join("viewer.js"), &work.join("bundle.js"), &["--format=esm"])?;
        write(&stamp, &seal)?;
    }
    for web in [Sdk::Release.web(), Sdk::Tap.web()] {
        let out = web.join("agent");
        write(&out.join("viewer_bg.wasm"), &read(&work.join("small.wasm"))?)?;
        write(&out.join("viewer.js"), &read(&work.join("bundle.js"))?)?;
        write(&out.join("app.css"), &css)?;
        for name in ["index.html", "main.js", "icon.svg"] {
            write(&out.join(name), &read(&style.join(name))?)?;
        }
    }
    Ok(())
}

/// The relay and the demo bank, quick to build; they read `target/web` from disk.
pub(crate) fn servers() -> Done {
    say("Building the relay and the demo bank …");
    run(&mut command("cargo", &["build", "--quiet", "-p", "beside-relay", "-p", "beside-demo-site"]), "Mend the errors above.")
}

/// Everything, as it ships.
pub(crate) fn release() -> Done {
    sdk(Sdk::Release)?;
    plain(Sdk::Release)?;
    dashboard(true)?;
    say("Building the relay …");
    let mut cargo = command("cargo", &["build", "--quiet", "--release", "-p", "beside-relay", "-p", "beside-demo-site"]);
    cargo.env("BESIDE_WEB", Sdk::Release.web()).env("CARGO_ENCODED_RUSTFLAGS", no_paths().join(SEPARATOR));
    run(&mut cargo, "Mend the errors above.")?;
    let dist = root().join("dist");
    for name in [
        "sdk/beside.js",
        "sdk/beside.d.ts",
        "sdk/core.js",
        "sdk/core-plain.js",
        "sdk/check.js",
        "sdk/core_bg.wasm",
        "agent/index.html",
        "agent/main.js",
        "agent/icon.svg",
        "agent/app.css",
        "agent/viewer.js",
        "agent/viewer_bg.wasm",
    ] {
        write(&dist.join(name), &read(&Sdk::Release.web().join(name))?)?;
    }
    for (from, to) in [("beside", "beside"), ("demo-site", "demo-site")] {
        let source = root().join("target/release").join(from);
        // A running binary cannot be written over, but it can be replaced.
        let _ = std::fs::remove_file(dist.join(to));
        std::fs::copy(&source, dist.join(to))
            .map_err(|e| failure(format!("{} could not be copied: {e}.", source.display()), "Check that the disk is not full."))?;
        says_no_place(&dist.join(to))?;
    }
    sizes()?;
    say("dist/ is ready: dist/beside, dist/demo-site, dist/sdk/, dist/agent/");
    Ok(())
}

fn bindings(wasm: &Path, name: &str, out: &Path) -> Done {
    let made = Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .omit_default_module_path(false)
        .web(true)
        .and_then(|b| b.typescript(false).generate(out));
    made.map_err(|e| {
        failure(format!("The bindings of {name} could not be made: {e}."), "Is wasm-bindgen the same version everywhere in Cargo.lock?")
    })?;
    let (script, wasm) = (out.join(format!("{name}.js")), out.join(format!("{name}_bg.wasm")));
    let (short, shorter) = number_imports(&read(&script)?, &read(&wasm)?);
    write(&script, &short)?;
    write(&wasm, &shorter)
}

/// Imports are told apart by sixteen digits of a hash, in the script and in the WASM, which no compressor makes smaller.
/// Running numbers of the same length do as well.
fn number_imports(script: &[u8], wasm: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut numbers: HashMap<[u8; 16], String> = HashMap::new();
    let (mut script, mut wasm) = (script.to_vec(), wasm.to_vec());
    let hashes: Vec<(usize, [u8; 16])> = script
        .windows(17)
        .enumerate()
        .filter(|(_, w)| w[0] == b'_' && w[1..].iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')))
        .filter_map(|(at, w)| Some((at + 1, w[1..].try_into().ok()?)))
        .collect();
    for (at, hash) in hashes {
        let next = numbers.len() + 1;
        let number = numbers.entry(hash).or_insert_with(|| format!("{next:016}"));
        script[at..at + 16].copy_from_slice(number.as_bytes());
    }
    for at in 0..wasm.len().saturating_sub(16) {
        let Some(number) = wasm[at + 1..at + 17].try_into().ok().and_then(|hash: [u8; 16]| numbers.get(&hash)) else { continue };
        if wasm[at] == b'_' {
            wasm[at + 1..at + 17].copy_from_slice(number.as_bytes());
        }
    }
    (script, wasm)
}

fn optimise(from: &Path, to: &Path) -> Done {
    if let Some(folder) = to.parent() {
        let _ = std::fs::create_dir_all(folder);
    }
    let mut tool = command(
        "node_modules/.bin/wasm-opt",
        &[
            "-Os",
            "--converge",
            // What stands below the first kilobyte is the end of the stack, never an object.
            "--low-memory-unused",
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--enable-reference-types",
            "--enable-multivalue",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
        ],
    );
    tool.arg(from).arg("-o").arg(to);
    run(&mut tool, "Remove node_modules and run the task again.")
}

fn bundle(from: &Path, to: &Path, args: &[&str]) -> Done {
    let mut tool = command("node_modules/.bin/esbuild", &["--bundle", "--minify", "--target=es2022", "--log-level=error"]);
    tool.args(args).arg(from).arg(format!("--outfile={}", to.display()));
    run(&mut tool, "Remove node_modules and run the task again.")
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    // FNV-1a: tells builds apart, guards nothing.
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x} {}", bytes.len()).into_bytes()
}

fn brotli(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let _ = brotli::BrotliCompress(&mut &bytes[..], &mut out, &params);
    out.len()
}

/// Fails where a file that ships holds the path of this project or of this person's home.
fn says_no_place(file: &Path) -> Done {
    let bytes = read(file)?;
    for place in [Some(root()), std::env::home_dir()].into_iter().flatten() {
        let place = place.display().to_string();
        if place.len() > 1 && bytes.windows(place.len()).any(|part| part == place.as_bytes()) {
            return Err(failure(format!("{} says where it was built: {place}.", file.display()), "See no_paths in xtask/src/build.rs."));
        }
    }
    Ok(())
}

/// What a page loads, against the budgets in `budgets.txt`, which only a feature raises. Bytes after brotli 11.
pub(crate) fn sizes() -> Done {
    let sdk = Sdk::Release.web().join("sdk");
    let size = |name: &str| read(&sdk.join(name)).map(|b| brotli(&b));
    let (loader, core, binary) = (size("beside.js")?, size("core.js")?, size("core_bg.wasm")?);
    let all = loader + core + binary;
    say(&format!("sizes (brotli): loader {loader} B, core script {core} B, core WASM {binary} B, all {all} B"));
    for file in [sdk.join("core_bg.wasm"), Sdk::Release.web().join("agent/viewer_bg.wasm")] {
        says_no_place(&file)?;
    }
    let budgets = String::from_utf8_lossy(&read(&root().join("budgets.txt"))?).into_owned();
    for line in budgets.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let Some((name, most)) = line.split_once(' ') else { continue };
        let most: usize = most.trim().parse().unwrap_or(0);
        let is = match name {
            "loader" => loader,
            "all" => all,
            _ => continue,
        };
        if is > most {
            return Err(failure(
                format!("{name} is {is} bytes after brotli; its budget is {most}."),
                "Make it smaller, or say in budgets.txt which feature is worth it.",
            ));
        }
    }
    Ok(())
}
