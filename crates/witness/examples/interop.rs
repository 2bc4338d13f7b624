//! Drives a log and a witness from outside, for `bench/interop/witness.py`: a log in a folder that grows, a witness that listens,
//! and a log that asks one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is read by the script")]

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use pollwarden_ledger::{
    Hash, KeyFile, Missing, Policy, Resources, Role, SignedNote, Signer, Tile, VerifierKey, Witness, leaf_hash, root,
};
use pollwarden_witness::{Server, ask};

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["keys", path, name, role] => keys(Path::new(path), name, role),
        ["publish", key_file, folder, size, salt] => publish(Path::new(key_file), Path::new(folder), size.parse()?, salt),
        ["ask", url, folder, keys @ ..] => submit(url, Path::new(folder), keys),
        ["serve", key_file, folder, logs @ ..] => serve(Path::new(key_file), Path::new(folder), logs),
        _ => Err("keys FILE NAME log|witness, publish KEYS FOLDER SIZE SALT, ask URL FOLDER VKEY… or serve KEYS FOLDER VKEY…".into()),
    }
}

/// Makes keys, and prints the public ones.
fn keys(path: &Path, name: &str, role: &str) -> Outcome {
    let role = if role == "log" { Role::Log } else { Role::Witness };
    let keys = KeyFile::generate(name, role, true)?;
    keys.save(path, None)?;
    print!("{}", keys.public_text());
    Ok(())
}

/// Writes tiles and the checkpoint of a log of `size` entries, whose texts end in `salt` from the fourth on.
fn publish(key_file: &Path, folder: &Path, size: u64, salt: &str) -> Outcome {
    let keys = KeyFile::load(key_file, None)?;
    let entry = |i: u64| if i < 3 { format!("entry {i}") } else { format!("entry {i}{salt}") };
    let leaves: Vec<Hash> = (0..size).map(|i| leaf_hash(entry(i).as_bytes())).collect();
    write_tiles(folder, &leaves)?;
    let mut note = SignedNote::new(format!("{}\n{size}\n{}\n", keys.name(), root(&leaves)))?;
    let lines: Vec<_> = keys.signers().iter().filter_map(|signer: &Signer| signer.sign(&note, 1)).collect();
    lines.into_iter().for_each(|line| note.push(line));
    fs::write(folder.join("checkpoint"), note.to_text())?;
    Ok(())
}

fn write_tiles(folder: &Path, leaves: &[Hash]) -> Outcome {
    fs::create_dir_all(folder)?;
    let (mut hashes, mut level) = (leaves.to_vec(), 0);
    while !hashes.is_empty() {
        for (index, part) in hashes.chunks(256).enumerate() {
            let path = folder.join(Tile { level, index: index as u64, width: part.len() as u16 }.to_string());
            fs::create_dir_all(path.parent().ok_or("a tile lies in a folder")?)?;
            fs::write(path, part.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>())?;
        }
        hashes = hashes.chunks_exact(256).map(root).collect();
        level += 1;
    }
    Ok(())
}

/// Asks a witness to cosign the checkpoint in a folder, and prints the checked lines.
fn submit(url: &str, folder: &Path, keys: &[&str]) -> Outcome {
    let keys: Vec<VerifierKey> = keys.iter().map(|key| VerifierKey::parse(key)).collect::<Result<_, _>>()?;
    let checkpoint = fs::read_to_string(folder.join("checkpoint"))?;
    let cosigned = ask(url, &keys, &Folder(folder), &checkpoint, None)?;
    cosigned.lines.iter().for_each(|line| print!("{}", line.to_text()));
    Ok(())
}

/// Listens at some port of this machine until it is ended; prints the address.
fn serve(key_file: &Path, folder: &Path, logs: &[&str]) -> Outcome {
    let logs: Vec<VerifierKey> = logs.iter().map(|key| VerifierKey::parse(key)).collect::<Result<_, _>>()?;
    let signers = KeyFile::load(key_file, None)?.signers();
    let witness = Witness::create(folder, signers, &Policy::new(logs, Vec::new(), 0)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let server = Server::bind("127.0.0.1:0".parse()?, "").await?;
        println!("http://{}", server.address()?);
        std::io::stdout().flush()?;
        server.serve(witness, |_| {}, std::future::pending()).await;
        Ok(())
    })
}

struct Folder<'f>(&'f Path);

impl Resources for Folder<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        fs::read(self.0.join(path)).map_err(|error| Missing { path: path.to_owned(), why: error.to_string() })
    }
}
