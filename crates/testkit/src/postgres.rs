//! A PostgreSQL server of a test's own: made with initdb in a temporary folder, reached over 127.0.0.1, gone with the test.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use crate::servers::{free_port, is_root};

/// The password of every user that the tests make.
pub const PASSWORD: &str = "cork-and-lantern";

/// A running server. Its superuser is `postgres`.
#[derive(Debug)]
pub struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

impl Postgres {
    /// Starts a server; `None`, and a line that says so, where PostgreSQL is not installed.
    ///
    /// # Panics
    /// Where it is installed and does not start.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            println!("skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let server = Self { folder, programs, port };
        server.belong_to_postgres();
        server.write("password", PASSWORD);
        let (data, password) = (server.path("data"), server.path("password"));
        let [data_text, password] = [&data, &password].map(|path| path.display().to_string());
        server.run(
            "initdb",
            &[
                "-D",
                &data_text,
                "-U",
                "postgres",
                "--pwfile",
                &password,
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            ],
        );
        let sockets = server.folder.path().display().to_string();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{sockets}'\nfsync = off\n\
             password_encryption = 'scram-sha-256'\n"
        );
        let file = data.join("postgresql.conf");
        let given = fs::read_to_string(&file).expect("its settings");
        server.write("data/postgresql.conf", &(given + &settings));
        server.run("pg_ctl", &["-D", &data_text, "-l", &server.path("log").display().to_string(), "-w", "start"]);
        Some(server)
    }

    /// A path in the server's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the server's folder, readable for the server alone.
    ///
    /// # Panics
    /// Where it can't be written.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        self.own(&path);
    }

    /// An address for a user of the tests, with the password, and what follows the database's name.
    pub fn address(&self, user: &str, rest: &str) -> String {
        format!("postgres://{user}:{PASSWORD}@127.0.0.1:{}/{rest}", self.port)
    }

    /// Runs SQL in a database, as its superuser.
    ///
    /// # Panics
    /// Where psql fails.
    pub fn sql(&self, database: &str, sql: &str) {
        let output = Command::new(self.program("psql"))
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres", "-d", database])
            .args(["-p", &self.port.to_string(), "-c", sql])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .expect("psql");
        succeeded("psql", &output);
    }

    /// Reads its settings again.
    pub fn reload(&self) {
        self.run("pg_ctl", &["-D", &self.path("data").display().to_string(), "reload"]);
    }

    fn run(&self, program: &str, args: &[&str]) {
        // Output to a file: a server that was started keeps the pipes of whoever started it.
        let said = fs::File::create(self.path("said")).expect("a file");
        let again = said.try_clone().expect("the same file");
        let status =
            self.as_postgres(program).args(args).stdout(said).stderr(again).status().expect("a program that runs");
        let said = fs::read_to_string(self.path("said")).unwrap_or_default();
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        assert!(status.success(), "{program}: {said}\n{log}");
    }

    /// PostgreSQL refuses to run as root.
    fn as_postgres(&self, program: &str) -> Command {
        let program = self.program(program);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        command.current_dir(self.folder.path());
        command
    }

    fn program(&self, name: &str) -> PathBuf {
        let here = self.programs.join(name);
        if here.exists() { here } else { PathBuf::from(name) }
    }

    fn belong_to_postgres(&self) {
        self.own(self.folder.path());
    }

    fn own(&self, path: &Path) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = if path.is_dir() { 0o700 } else { 0o600 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
        }
        if is_root() {
            let output =
                Command::new("chown").args([OsStr::new("postgres"), path.as_os_str()]).output().expect("chown");
            succeeded("chown", &output);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.path("data").display().to_string();
        let _ = self.as_postgres("pg_ctl").args(["-D", &data, "-m", "immediate", "stop"]).output();
    }
}

fn succeeded(program: &str, output: &Output) {
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The folder of initdb and pg_ctl: Debian keeps them out of the path.
fn programs() -> Option<PathBuf> {
    let of_debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    of_debian.chain(in_path).find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}
