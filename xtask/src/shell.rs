//! Running programs and saying what happens, in plain sentences.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What went wrong, and what mends it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) help: String,
}

pub(crate) type Done<T = ()> = Result<T, Failure>;

pub(crate) fn failure(what: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure { what: what.into(), help: help.into() }
}

#[allow(clippy::print_stderr, reason = "this is where errors are read")]
pub(crate) fn complain(e: &Failure) {
    eprintln!("{}\n{}", e.what, e.help);
}

#[allow(clippy::print_stdout, reason = "a task tells what it does")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// A command that runs in the workspace's root.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Runs to the end; what it prints is shown.
pub(crate) fn run(command: &mut Command, help: &str) -> Done {
    let shown = format!("{command:?}").replace('"', "");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) if disk_is_full() => {
            Err(failure(format!("The disk of {} is full.", root().display()), "Make room, then run the task again."))
        }
        Ok(status) => Err(failure(format!("`{shown}` failed ({status})."), help)),
        Err(e) => Err(failure(format!("`{shown}` could not be started: {e}."), help)),
    }
}

/// Compilers say this in many words, and last of all what it was.
fn disk_is_full() -> bool {
    fs4::available_space(root()).is_ok_and(|free| free < 16 << 20)
}

/// Runs in silence; whether it succeeded.
pub(crate) fn works(program: &str, args: &[&str]) -> bool {
    command(program, args).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Runs and gives what it printed.
pub(crate) fn output(program: &str, args: &[&str]) -> Option<String> {
    let out = command(program, args).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Done {
    let disk = |e: std::io::Error| {
        failure(format!("{} could not be written: {e}.", path.display()), "Check that the disk is not full and the folder is yours.")
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(disk)?;
    }
    std::fs::write(path, bytes).map_err(disk)
}

pub(crate) fn read(path: &Path) -> Done<Vec<u8>> {
    std::fs::read(path)
        .map_err(|e| failure(format!("{} could not be read: {e}.", path.display()), "Run the task again; if it stays, report it."))
}
