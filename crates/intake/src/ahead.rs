//! Reading ahead: one thread reads, decompresses, digests and cuts, while another parses.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use crate::Received;
use crate::cut::{Cut, Cutter};

/// Blocks in flight: enough to even out parsing and reading, little memory.
const IN_FLIGHT: usize = 3;

pub(crate) struct Ahead {
    cuts: Receiver<Cut>,
    spare: Sender<Vec<u8>>,
    reader: JoinHandle<Cutter>,
}

impl Ahead {
    pub(crate) fn start(cutter: Cutter) -> Self {
        let (give_cut, cuts) = sync_channel(IN_FLIGHT);
        let (spare, take_spare) = channel();
        let reader = std::thread::spawn(move || read(cutter, &give_cut, &take_spare));
        Self { cuts, spare, reader }
    }

    pub(crate) fn next_cut(&mut self) -> Option<Cut> {
        self.cuts.recv().ok()
    }

    pub(crate) fn recycle(&mut self, bytes: Vec<u8>) {
        // The reader may have come to its end already; then nobody needs the memory.
        let _ = self.spare.send(bytes);
    }

    pub(crate) fn received(self) -> Received {
        drop(self.cuts);
        match self.reader.join() {
            Ok(cutter) => cutter.received(),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn read(mut cutter: Cutter, cuts: &SyncSender<Cut>, spare: &Receiver<Vec<u8>>) -> Cutter {
    loop {
        spare.try_iter().for_each(|bytes| cutter.recycle(bytes));
        let cut = cutter.next_cut();
        let last = cut.block.is_none();
        if cuts.send(cut).is_err() || last {
            return cutter;
        }
    }
}
