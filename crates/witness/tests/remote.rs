//! Logs read over HTTP.
#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod common;

use std::io::Write as _;

use common::canned;
use flate2::Compression;
use flate2::write::GzEncoder;
use pollwarden_ledger::Resources as _;
use pollwarden_witness::Remote;

fn reply(headers: &str, body: &[u8]) -> String {
    let mut answer = format!("HTTP/1.1 200 OK\r\n{headers}connection: close\r\n\r\n").into_bytes();
    answer.extend(body);
    canned(answer)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(url: &str, path: &str) -> Result<Vec<u8>, String> {
    Remote::new(url).unwrap().read(path).map_err(|missing| missing.to_string())
}

#[test]
fn files_are_read_plain_and_compressed() {
    assert_eq!(read(&reply("content-length: 5\r\n", b"tile!"), "tile/0/000.p/1").unwrap(), b"tile!");
    let zipped = reply("content-encoding: gzip\r\n", &gzip(&[7; 8192]));
    assert_eq!(read(&zipped, "tile/0/000").unwrap(), [7; 8192]);
}

#[test]
fn what_is_not_there_is_missing() {
    let url = canned("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    assert_eq!(read(&url, "checkpoint").unwrap_err(), format!("{url}/checkpoint: it is not there"));
    let url =
        canned("HTTP/1.1 301 Moved\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    assert!(read(&url, "checkpoint").unwrap_err().contains("leads elsewhere"));
}

#[test]
fn bytes_are_bounded_before_and_after_decompression() {
    let long = vec![0; 20 * 1024 * 1024];
    assert!(read(&reply("", &long), "tile/entries/000").unwrap_err().contains("longer than"));
    let bomb = gzip(&long);
    assert!(bomb.len() < 30_000);
    assert!(read(&reply("content-encoding: gzip\r\n", &bomb), "tile/entries/000").unwrap_err().contains("longer than"));
    assert!(read(&reply("content-encoding: gzip\r\n", &bomb[..9000]), "tile/0/000").is_err());
    let plain = read(&reply("content-encoding: gzip\r\n", b"plain, and long enough"), "tile/0/000").unwrap_err();
    assert!(plain.contains("no sound gzip"), "{plain}");
    assert!(read(&reply("content-encoding: br\r\n", b"x"), "tile/0/000").unwrap_err().contains("not asked for"));
}

#[test]
fn a_body_that_is_cut_off_is_no_file() {
    assert!(read(&reply("content-length: 50\r\n", b"short"), "checkpoint").is_err());
}
