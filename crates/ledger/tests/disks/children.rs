//! A test that starts itself again as a child, to be killed or to be kept short.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The folder this process was given as a child of a test, if it is one.
pub(crate) fn child_of(test: &str) -> Option<PathBuf> {
    std::env::var_os(variable(test)).map(PathBuf::from)
}

/// The environment variable that makes a test's process its own child.
pub(crate) fn variable(test: &str) -> String {
    format!("POLLWARDEN_TEST_{}", test.to_uppercase())
}

/// A command that runs one test of this binary again, as a child that works in `dir`.
pub(crate) fn again(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(variable(test), dir);
    command.stdout(Stdio::null());
    command
}

/// Kills without a warning (SIGKILL). It may not have failed by itself.
pub(crate) fn kill(mut child: Child) -> bool {
    let before = child.try_wait().unwrap();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(before.is_none_or(|status| status.success()), "the child failed: {status}");
    assert!(status.success() || status.code().is_none(), "the child failed: {status}");
    !status.success()
}
