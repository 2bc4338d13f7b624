//! A Postfix of a test's own: queue, settings and mailbox in a temporary folder, on 127.0.0.1, gone with the test.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]
#![allow(clippy::missing_panics_doc, reason = "where the server does not do as it should, the test has failed")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, thread, time::Duration};

use crate::servers::{free_port, is_root, own, program, wait_until};

/// Where all its mail goes.
pub const CLERK: &str = "clerk@county.example";

/// A running server.
#[derive(Debug)]
pub struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
}

impl Postfix {
    /// Starts a server that asks a milter. `None`, and a line that says so, where Postfix is not installed or may not run.
    pub fn start(milter: &str) -> Option<Self> {
        if program("postfix").is_none() {
            println!("skipped: postfix is not installed");
            return None;
        }
        if !is_root() {
            println!("skipped: postfix runs for root only");
            return None;
        }
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let at = folder.path();
        for name in ["conf", "queue", "data", "box"] {
            fs::create_dir(at.join(name)).expect("a folder");
        }
        // The server's processes pass through here as other users.
        Command::new("chmod").arg("a+rx").arg(at).status().expect("chmod");
        own(&at.join("data"), "postfix");
        own(&at.join("box"), "nobody");
        fs::write(at.join("conf/main.cf"), settings(at, milter)).expect("a file");
        fs::write(at.join("conf/master.cf"), services(port)).expect("a file");
        let postfix = Self { folder, port };
        let output = postfix.run("postfix", &["start"]);
        assert!(output.status.success(), "{output:?}");
        wait_until("starting postfix", &postfix.path("log"), &mut || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(postfix)
    }

    /// A path in the server's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program of Postfix's, with this server's settings.
    pub fn run(&self, name: &str, args: &[&str]) -> Output {
        let program = program(name).expect("a program of Postfix's");
        Command::new(program).arg("-c").arg(self.path("conf")).args(args).output().expect("a program that runs")
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Waits until the log says something.
    pub fn wait_for(&self, words: &str) {
        wait_until(words, &self.path("log"), &mut || self.log().contains(words));
    }

    /// The messages that were delivered, once there are so many.
    pub fn delivered(&self, count: usize) -> Vec<String> {
        let folder = self.path("box/inbox/new");
        let files = || fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        wait_until("delivery", &self.path("log"), &mut || files().count() >= count);
        let read = |path: PathBuf| String::from_utf8_lossy(&fs::read(path).expect("a message")).into_owned();
        files().map(read).collect()
    }

    /// Whether nothing is delivered within half a second.
    pub fn delivers_nothing(&self) -> bool {
        thread::sleep(Duration::from_millis(500));
        fs::read_dir(self.path("box/inbox/new")).map_or(0, Iterator::count) == 0
    }

    /// A client.
    pub fn client(&self) -> Client {
        Client::connect(self.port)
    }

    /// Sends one message, from Ada to the clerk.
    pub fn send(&self, message: &[u8]) {
        let mut client = self.client();
        client.send("ada@example.org", &[CLERK], message);
        client.say("QUIT");
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.run("postfix", &["stop"]);
    }
}

/// A client of the server's (RFC 5321).
#[derive(Debug)]
pub struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        let mut client = Self(BufReader::new(stream));
        client.hear();
        client.say("EHLO client.example.net");
        client
    }

    /// Claims to come from elsewhere, which the server takes from this machine (Postfix's XCLIENT_README).
    pub fn come_from(&mut self, ip: &str, name: &str) {
        self.say(&format!("XCLIENT ADDR={ip} NAME={name}"));
        self.say("EHLO mail.example.net");
    }

    /// Says a line and gives the answer.
    pub fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).expect("a line");
        let answer = self.hear();
        assert!(answer.starts_with(['2', '3']), "{line}: {answer}");
        answer
    }

    /// Sends a message, which is taken.
    pub fn send(&mut self, from: &str, to: &[&str], message: &[u8]) {
        self.say(&format!("MAIL FROM:<{from}>"));
        to.iter().for_each(|to| drop(self.say(&format!("RCPT TO:<{to}>"))));
        self.say("DATA");
        self.0.get_mut().write_all(message).expect("a message");
        self.say(".");
    }

    fn hear(&mut self) -> String {
        let mut said = String::new();
        loop {
            let mut line = String::new();
            let count = self.0.read_line(&mut line).expect("an answer");
            said.push_str(&line);
            if count == 0 || line.get(3..4) == Some(" ") {
                return said;
            }
        }
    }
}

fn settings(at: &Path, milter: &str) -> String {
    let at = at.display();
    format!(
        "compatibility_level = 3.6\n\
         queue_directory = {at}/queue\n\
         data_directory = {at}/data\n\
         maillog_file = {at}/log\n\
         maillog_file_prefixes = {at}\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         myhostname = mx.county.example\n\
         mydestination =\n\
         mynetworks = 127.0.0.0/8 192.0.2.0/24\n\
         alias_maps =\n\
         alias_database =\n\
         notify_classes =\n\
         smtpd_peername_lookup = no\n\
         smtpd_authorized_xclient_hosts = 127.0.0.1\n\
         message_size_limit = 50000000\n\
         virtual_mailbox_limit = 0\n\
         virtual_mailbox_domains = county.example\n\
         virtual_mailbox_base = {at}/box\n\
         virtual_mailbox_maps = static:inbox/\n\
         virtual_uid_maps = static:65534\n\
         virtual_gid_maps = static:65534\n\
         virtual_minimum_uid = 1\n\
         smtpd_milters = {milter}\n\
         milter_default_action = accept\n"
    )
}

/// As Postfix's own list of services, without chroot and without what is not needed.
fn services(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         proxymap unix - - n - - proxymap\n\
         showq unix n - n - - showq\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         virtual unix - n n - - virtual\n\
         anvil unix - - n - 1 anvil\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}
