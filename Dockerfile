# A small image that holds the command alone. Build: docker build -t pollwarden .
# Use: docker run --rm --network none -v "$PWD/office:/office" pollwarden assess /office

FROM rust:1.95-slim-trixie AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Cargo.toml Cargo.lock ./
COPY crates crates
RUN cargo build --release --locked --package pollwarden-cli

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /office --shell /usr/sbin/nologin pollwarden \
    && install -d -o pollwarden -g pollwarden /office
COPY --from=build /source/target/release/pollwarden /usr/local/bin/pollwarden
COPY LICENSE /usr/share/doc/pollwarden/LICENSE
USER pollwarden
WORKDIR /office
VOLUME ["/office"]
ENTRYPOINT ["pollwarden"]
CMD ["--help"]
