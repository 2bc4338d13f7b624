//! A Dovecot of a test's own: in a temporary folder, on 127.0.0.1, gone with the test.
//!
//! Its certificate is for `localhost`, by the authority in `authority.pem`; the password stands in `password`.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]
#![allow(clippy::missing_panics_doc, reason = "where the server does not do as it should, the test has failed")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, net::TcpStream};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::servers::{free_port, group_id, is_root, own, program, user_id, wait_until, write_private};

/// The password of the tests' only user.
pub const PASSWORD: &str = "kork-&-laterne, §5";
/// Their only user.
pub const USER: &str = "clerk";

/// A running server.
#[derive(Debug)]
pub struct Dovecot {
    folder: tempfile::TempDir,
    server: Child,
    program: PathBuf,
    /// Where it begins in the clear, on 127.0.0.1.
    pub plain_port: u16,
    /// Where it begins with TLS.
    pub tls_port: u16,
}

impl Dovecot {
    /// Starts a server whose mailbox `fill` has filled: a Maildir (`cur`, `new`, `tmp`). `None`, and a line that says so, where
    /// Dovecot is not installed.
    pub fn start(fill: impl FnOnce(&Path)) -> Option<Self> {
        let Some(program) = program("dovecot") else {
            println!("skipped: dovecot is not installed");
            return None;
        };
        let Some(version) = Version::of(&program) else {
            println!("skipped: dovecot is neither 2.3 nor 2.4");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let (plain_port, tls_port) = (free_port(), free_port());
        let at = folder.path();
        for name in ["mail/cur", "mail/new", "mail/tmp", "run"] {
            fs::create_dir_all(at.join(name)).expect("a folder");
        }
        fill(&at.join("mail"));
        certify(at);
        write_private(&at.join("password"), &format!("{PASSWORD}\n"));
        fs::write(at.join("users"), format!("{USER}:{{PLAIN}}{PASSWORD}\n")).expect("a file");
        fs::write(at.join("dovecot.conf"), settings(at, plain_port, tls_port, &version)).expect("a file");
        if is_root() {
            own(&at.join("mail"), "nobody");
            // The server's processes pass through here as other users.
            Command::new("chmod").arg("a+rx").arg(at).status().expect("chmod");
        }
        let server = launch(&program, at);
        let dovecot = Self { folder, server, program, plain_port, tls_port };
        let log = dovecot.path("log");
        wait_until("starting dovecot", &log, &mut || TcpStream::connect(("127.0.0.1", tls_port)).is_ok());
        Some(dovecot)
    }

    /// A path in the server's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names of all files of the mailbox: they hold the flags.
    pub fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in ["mail/cur", "mail/new"] {
            let entries = fs::read_dir(self.path(folder)).expect("a folder").flatten();
            names.extend(entries.map(|entry| format!("{folder}/{}", entry.file_name().display())));
        }
        names.sort();
        names
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = Command::new(&self.program).arg("-c").arg(self.path("dovecot.conf")).arg("stop").output();
        let _ = self.server.wait();
    }
}

/// Versions have their own languages of settings.
#[derive(Debug, Clone)]
enum Version {
    Dovecot23,
    /// With its number, which its settings begin with.
    Dovecot24(String),
}

impl Version {
    fn of(program: &Path) -> Option<Self> {
        let output = Command::new(program).arg("--version").output().ok()?;
        let number = String::from_utf8_lossy(&output.stdout).split([' ', '-', '\n']).next()?.to_owned();
        match number.get(..4)? {
            "2.3." => Some(Self::Dovecot23),
            "2.4." => Some(Self::Dovecot24(number)),
            _ => None,
        }
    }

    fn language(&self) -> String {
        match self {
            Self::Dovecot23 => String::new(),
            Self::Dovecot24(number) => {
                format!("dovecot_config_version = {number}\ndovecot_storage_version = {number}\n")
            }
        }
    }
}

fn launch(program: &Path, at: &Path) -> Child {
    let said = fs::File::create(at.join("said")).expect("a file");
    let again = said.try_clone().expect("the same file");
    let mut command = Command::new(program);
    command.arg("-F").arg("-c").arg(at.join("dovecot.conf")).stdin(Stdio::null()).stdout(said).stderr(again);
    command.spawn().expect("dovecot")
}

/// An authority of its own, a certificate of it, and another authority that has nothing to do with it.
fn certify(at: &Path) {
    let (authority, key) = (authority("An authority"), KeyPair::generate().expect("a key"));
    let params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("names");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    fs::write(at.join("authority.pem"), authority.pem()).expect("a file");
    fs::write(at.join("other.pem"), self::authority("Another authority").pem()).expect("a file");
    fs::write(at.join("certificate.pem"), certificate.pem()).expect("a file");
    write_private(&at.join("key.pem"), &key.serialize_pem());
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

fn settings(at: &Path, plain_port: u16, tls_port: u16, version: &Version) -> String {
    let at = at.display();
    let (uid, gid) = if is_root() { ("nobody".to_owned(), "nogroup".to_owned()) } else { (user_id(), group_id()) };
    let users = if is_root() { String::new() } else { without_root() };
    let of_version = match version {
        Version::Dovecot23 => format!(
            "ssl_cert = <{at}/certificate.pem\nssl_key = <{at}/key.pem\ndisable_plaintext_auth = no\n\
             mail_location = maildir:{at}/mail\n\
             passdb {{\n driver = passwd-file\n args = {at}/users\n}}\n\
             userdb {{\n driver = static\n args = uid={uid} gid={gid} home={at}/mail\n}}\n"
        ),
        Version::Dovecot24(_) => format!(
            "ssl_server_cert_file = {at}/certificate.pem\nssl_server_key_file = {at}/key.pem\n\
             auth_allow_cleartext = yes\nmail_driver = maildir\nmail_path = {at}/mail\n\
             passdb passwd-file {{\n passwd_file_path = {at}/users\n}}\n\
             userdb static {{\n fields {{\n uid = {uid}\n gid = {gid}\n home = {at}/mail\n}}\n}}\n"
        ),
    };
    let language = version.language();
    format!(
        "{language}\
         protocols = imap\n\
         listen = 127.0.0.1\n\
         base_dir = {at}/run\n\
         log_path = {at}/log\n\
         ssl = yes\n\
         mail_fsync = never\n\
         first_valid_uid = 1\n\
         auth_mechanisms = plain login\n\
         {of_version}\
         service imap-login {{\n\
         inet_listener imap {{\n port = {plain_port}\n }}\n\
         inet_listener imaps {{\n port = {tls_port}\n ssl = yes\n }}\n\
         }}\n{users}"
    )
}

/// What a server needs that may not become other users.
fn without_root() -> String {
    let name = |flag| {
        let output = Command::new("id").arg(flag).output().expect("id");
        String::from_utf8_lossy(output.stdout.trim_ascii()).into_owned()
    };
    let (user, group) = (name("-un"), name("-gn"));
    format!(
        "default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n\
         service imap-login {{\n chroot =\n}}\nservice anvil {{\n chroot =\n}}\nservice dns_client {{\n chroot =\n}}\n"
    )
}
