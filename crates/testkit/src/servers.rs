//! What tests need to start servers of their own: ports, programs, users, private files.

#![allow(clippy::missing_panics_doc, reason = "where a test can't be set up, it has failed")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port()
}

/// Whether the test runs as root.
pub fn is_root() -> bool {
    user_id() == "0"
}

/// The number of the test's user.
pub fn user_id() -> String {
    let output = Command::new("id").arg("-u").output().expect("id");
    String::from_utf8_lossy(output.stdout.trim_ascii()).into_owned()
}

/// The number of its group.
pub fn group_id() -> String {
    let output = Command::new("id").arg("-g").output().expect("id");
    String::from_utf8_lossy(output.stdout.trim_ascii()).into_owned()
}

/// Where a server's program is: Debian keeps them out of the path.
pub fn program(name: &str) -> Option<PathBuf> {
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let folders = in_path.into_iter().chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|path| path.exists())
}

/// Waits until something is so, or fails with what is known.
pub fn wait_until(what: &str, log: &Path, is_so: &mut dyn FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < until, "{what} took too long: {}", fs::read_to_string(log).unwrap_or_default());
        thread::sleep(Duration::from_millis(20));
    }
}

/// Gives a folder and all in it to a user.
pub fn own(path: &Path, owner: &str) {
    let output = Command::new("chown").args(["-R", owner]).arg(path).output().expect("chown");
    assert!(output.status.success(), "chown: {}", String::from_utf8_lossy(&output.stderr));
}

/// A private file, as passwords need.
pub fn write_private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("its mode");
}
