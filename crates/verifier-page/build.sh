#!/usr/bin/env bash
# Builds the verifier as one HTML page: target/verify.html, or the file given. The same sources give the same bytes, wherever
# they lie: paths are left out, and there is no date. Needs the target wasm32-unknown-unknown (rustup target add …).
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-$PWD/target}
page=${1:-target/verify.html}
cargo_home=${CARGO_HOME:-$HOME/.cargo}

export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=$cargo_home/registry/src=registry --remap-path-prefix=$PWD=."
cargo build --quiet --locked --package pollwarden-verifier-page --lib --target wasm32-unknown-unknown --profile page
mkdir -p "$(dirname "$page")"
cargo run --quiet --locked --package pollwarden-verifier-page --bin pollwarden-verifier-page -- \
    "$target/wasm32-unknown-unknown/page/pollwarden_verifier_page.wasm" "$page"
sha256sum "$page"
