//! A log in a folder, made by hand, and a witness that listens.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; a test's panic is its report")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use pollwarden_ledger::{
    Algorithm, Hash, Missing, Policy, Resources, SignedNote, Signer, Tile, VerifierKey, Witness, WitnessError,
    leaf_hash, root,
};
use pollwarden_witness::Server;
use tokio::sync::oneshot;

pub(crate) const ORIGIN: &str = "county.example/ledger";

/// A log's public files in a folder.
pub(crate) struct Log {
    pub(crate) folder: tempfile::TempDir,
    signers: Vec<Signer>,
    leaves: Vec<Hash>,
}

impl Log {
    /// Logs with the same first `same` entries and others behind them.
    pub(crate) fn new(entries: u64, same: u64, other: &str) -> Self {
        let entry = |i: u64| if i < same { format!("entry {i}") } else { format!("entry {i} {other}") };
        let leaves: Vec<Hash> = (0..entries).map(|i| leaf_hash(entry(i).as_bytes())).collect();
        let algorithms = [(Algorithm::Ed25519, [1; 32]), (Algorithm::MlDsa44Cosignature, [2; 32])];
        let signers = algorithms.map(|(algorithm, seed)| Signer::new(ORIGIN, algorithm, &seed).unwrap()).into();
        Self { folder: tempfile::tempdir().unwrap(), signers, leaves }
    }

    /// Writes the tiles of the first `size` entries, and gives their signed checkpoint.
    pub(crate) fn publish(&self, size: u64) -> String {
        let leaves = &self.leaves[..size as usize];
        write_tiles(self.folder.path(), leaves);
        let mut note = SignedNote::new(format!("{ORIGIN}\n{size}\n{}\n", root(leaves))).unwrap();
        let lines: Vec<_> = self.signers.iter().map(|signer| signer.sign(&note, 1_800_000_000).unwrap()).collect();
        lines.into_iter().for_each(|line| note.push(line));
        fs::write(self.folder.path().join("checkpoint"), note.to_text()).unwrap();
        note.to_text()
    }

    pub(crate) fn keys(&self) -> Vec<VerifierKey> {
        self.signers.iter().map(|signer| signer.key().clone()).collect()
    }
}

impl Resources for Log {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        fs::read(self.folder.path().join(path)).map_err(|error| Missing { path: path.into(), why: error.to_string() })
    }
}

fn write_tiles(folder: &Path, leaves: &[Hash]) {
    let (mut hashes, mut level) = (leaves.to_vec(), 0);
    while !hashes.is_empty() {
        for (index, part) in hashes.chunks(256).enumerate() {
            let path = folder.join(Tile { level, index: index as u64, width: part.len() as u16 }.to_string());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, part.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>()).unwrap();
        }
        hashes = hashes.chunks_exact(256).map(root).collect();
        level += 1;
    }
}

pub(crate) fn witness_signers() -> Vec<Signer> {
    let algorithms = [(Algorithm::Ed25519Cosignature, [3; 32]), (Algorithm::MlDsa44Cosignature, [4; 32])];
    algorithms.map(|(algorithm, seed)| Signer::new("state.example/witness", algorithm, &seed).unwrap()).into()
}

pub(crate) fn witness_keys() -> Vec<VerifierKey> {
    witness_signers().iter().map(|signer| signer.key().clone()).collect()
}

/// A witness that listens until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
    pub(crate) folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(folder: &Path, logs: Vec<VerifierKey>, prefix: &str) -> Self {
        let logs = Policy::new(logs, Vec::new(), 0).unwrap();
        let witness = match Witness::open(folder, witness_signers(), &logs) {
            Err(WitnessError::NoMemory(_)) => Witness::create(folder, witness_signers(), &logs).unwrap(),
            opened => opened.unwrap(),
        };
        let (stop, stopped) = oneshot::channel();
        let (listening, listens) = std::sync::mpsc::channel();
        let told = Arc::new(Mutex::new(Vec::new()));
        let (hears, prefix) = (Arc::clone(&told), prefix.to_owned());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind("127.0.0.1:0".parse().unwrap(), &prefix).await.unwrap();
                listening.send(server.address().unwrap()).unwrap();
                let tell = move |line: &str| hears.lock().unwrap().push(line.to_owned());
                server.serve(witness, tell, async { _ = stopped.await }).await;
            });
        });
        let address = listens.recv().unwrap();
        Self { address, told, folder: folder.to_owned(), stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    pub(crate) fn wait(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Sends bytes and reads all that comes back until the other side closes.
    pub(crate) fn send(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: w\r\nconnection: close\r\n\r\n"))
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> String {
        let length = body.len();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: w\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.take().into_iter().for_each(|stop| _ = stop.send(()));
        self.thread.take().into_iter().for_each(|thread| _ = thread.join());
    }
}

/// A server that gives the same bytes to every request, and closes.
pub(crate) fn canned(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read_request(&mut stream);
            _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}")
}

fn read_request(stream: &mut TcpStream) {
    let (mut request, mut some) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut some).unwrap_or(0);
        request.extend_from_slice(&some[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { if read == 0 { return } else { continue } };
        let length =
            head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok()).unwrap_or(0);
        if read == 0 || request.len() >= head.len() + 4 + length {
            return;
        }
    }
}
