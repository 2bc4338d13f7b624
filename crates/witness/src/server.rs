//! The witness's server: bounded in connections, bytes and time, so that a slow or greedy client harms nobody but itself.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use pollwarden_ledger::Witness;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::answer::{Desk, answer};
use crate::crowd::{Crowd, Place};

/// Where a witness listens unless told otherwise: for this machine alone.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8378));

/// Each may hold a whole request in memory: about 64 MiB together.
const MAX_CONNECTIONS: usize = 128;
/// To send a request's head, and again its body.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);
/// A connection is kept alive for further requests, but not for ever.
const LIFE: Duration = Duration::from_secs(120);
/// For what is under way when the server stops.
const GRACE: Duration = Duration::from_secs(15);
const MAX_HEAD: usize = 16 * 1024;

/// A server that listens already.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    prefix: String,
}

impl Server {
    /// Listens at `address`, for requests below `prefix` such as `/witness`; the prefix may be empty.
    ///
    /// # Errors
    /// Where the system does not let it.
    pub async fn bind(address: SocketAddr, prefix: &str) -> io::Result<Self> {
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        Ok(Self { listener: TcpListener::bind(address).await?, prefix })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is ready, and then for what is under way. `told` hears a sentence about each refusal.
    pub async fn serve(
        self,
        witness: Witness,
        told: impl Fn(&str) + Send + Sync + 'static,
        stop: impl Future<Output = ()>,
    ) {
        let desk = Arc::new(Desk { witness: Arc::new(witness), prefix: self.prefix, told: Box::new(told) });
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let crowd = Crowd::default();
        let (closing, closed) = watch::channel(false);
        let accept = async {
            loop {
                let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
                match self.listener.accept().await {
                    Ok((stream, from)) => {
                        let Some(from) = crowd.enter(from.ip()) else { continue };
                        _ = tokio::spawn(connection(stream, Arc::clone(&desk), closed.clone(), (place, from)));
                    }
                    // Too many files are open, most often: some will be closed.
                    Err(_) => sleep(Duration::from_millis(100)).await,
                }
            }
        };
        tokio::select! {
            () = accept => {}
            () = stop => {}
        }
        drop(self.listener);
        _ = closing.send(true);
        _ = timeout(GRACE, places.acquire_many(MAX_CONNECTIONS as u32)).await;
    }
}

async fn connection(
    stream: TcpStream,
    desk: Arc<Desk>,
    mut closed: watch::Receiver<bool>,
    _places: (OwnedSemaphorePermit, Place),
) {
    let service = service_fn(move |request| answer(Arc::clone(&desk), request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(DEADLINE).max_buf_size(MAX_HEAD);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        () = sleep(LIFE) => {}
        _ = closed.wait_for(|closed| *closed) => {}
    }
    connection.as_mut().graceful_shutdown();
    _ = timeout(GRACE, connection).await;
}
