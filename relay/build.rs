//! Tells the embedding where the browser files lie: `BESIDE_WEB`, or `target/web` of the workspace.

fn main() {
    let web = std::env::var("BESIDE_WEB")
        .unwrap_or_else(|_| format!("{}/../target/web", std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default()));
    let _ = std::fs::create_dir_all(&web);
    println!("cargo:rustc-env=BESIDE_WEB={web}");
    println!("cargo:rerun-if-changed={web}");
    println!("cargo:rerun-if-env-changed=BESIDE_WEB");
}
