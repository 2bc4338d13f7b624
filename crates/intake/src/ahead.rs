//! Reading ahead: one thread reads, decompresses, digests and cuts, while another parses.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use crate::Received;

/// Pieces in flight: enough to even out parsing and reading, little memory.
const IN_FLIGHT: usize = 3;

/// What is read piece by piece.
pub(crate) trait Pieces: Send + 'static {
    type Piece: Send;

    /// The next piece, and whether it is the last.
    fn next_piece(&mut self) -> (Self::Piece, bool);

    /// Takes a piece's memory back, to be used again.
    fn recycle(&mut self, bytes: Vec<u8>);

    fn received(self) -> Received;
}

pub(crate) struct Ahead<P: Pieces> {
    pieces: Receiver<P::Piece>,
    spare: Sender<Vec<u8>>,
    reader: JoinHandle<P>,
}

impl<P: Pieces> Ahead<P> {
    pub(crate) fn start(source: P) -> Self {
        let (give_piece, pieces) = sync_channel(IN_FLIGHT);
        let (spare, take_spare) = channel();
        let reader = std::thread::spawn(move || read(source, &give_piece, &take_spare));
        Self { pieces, spare, reader }
    }

    /// The next piece; `None` after the last.
    pub(crate) fn next_piece(&mut self) -> Option<P::Piece> {
        self.pieces.recv().ok()
    }

    pub(crate) fn recycle(&mut self, bytes: Vec<u8>) {
        // The reader may have come to its end already; then nobody needs the memory.
        let _ = self.spare.send(bytes);
    }

    pub(crate) fn received(self) -> Received {
        drop(self.pieces);
        match self.reader.join() {
            Ok(source) => source.received(),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn read<P: Pieces>(mut source: P, pieces: &SyncSender<P::Piece>, spare: &Receiver<Vec<u8>>) -> P {
    loop {
        spare.try_iter().for_each(|bytes| source.recycle(bytes));
        let (piece, last) = source.next_piece();
        if pieces.send(piece).is_err() || last {
            return source;
        }
    }
}
