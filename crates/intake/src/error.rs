//! What can go wrong between a name and its text.

use std::io;

use pollwarden_core::Complaint;

/// Why an input could not be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file could not be opened.
    #[error("{name} can't be opened")]
    Open {
        /// The input's name.
        name: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Reading failed.
    #[error("{name} can't be read")]
    Read {
        /// The input's name.
        name: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Compressed bytes end before their time. Everything before was read.
    #[error("{name} is cut off: its {compression} data ends too early")]
    Truncated {
        /// The input's name.
        name: String,
        /// How it is compressed.
        compression: &'static str,
    },
    /// Compressed bytes are damaged. Everything before was read.
    #[error("{name} is damaged: its {compression} data can't be unpacked further")]
    Damaged {
        /// The input's name.
        name: String,
        /// How it is compressed.
        compression: &'static str,
        /// What the decompressor says.
        #[source]
        source: io::Error,
    },
    /// It unpacks to more than anything honest does.
    #[error("{name} unpacks to over {expanded} bytes from {received}")]
    Bomb {
        /// The input's name.
        name: String,
        /// Compressed bytes read so far.
        received: u64,
        /// Bytes they became.
        expanded: u64,
    },
    /// It no longer holds the bytes that an earlier run took in.
    #[error("{name} is shorter than what was already read of it")]
    Shrunk {
        /// The input's name.
        name: String,
        /// Where reading was to go on.
        offset: u64,
    },
}

impl IntakeError {
    /// The input's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Open { name, .. }
            | Self::Read { name, .. }
            | Self::Truncated { name, .. }
            | Self::Damaged { name, .. }
            | Self::Bomb { name, .. }
            | Self::Shrunk { name, .. } => name,
        }
    }

    /// The same in the words of the person who has to mend it.
    pub fn complaint(&self) -> Complaint {
        let (expected, found, mend) = match self {
            Self::Open { source, .. } => ("a file that can be opened".into(), source.to_string(), mend_for(source)),
            Self::Read { source, .. } => {
                ("a file that can be read to its end".into(), source.to_string(), mend_for(source))
            }
            Self::Truncated { compression, .. } => (
                format!("complete {compression} data"),
                "data that ends too early; what came before was read".to_owned(),
                "The copy was probably interrupted: fetch the file again.",
            ),
            Self::Damaged { compression, source, .. } => (
                format!("sound {compression} data"),
                format!("damaged data ({source}); what came before was read"),
                "Fetch the file again, or unpack it with its own program to see how much can be saved.",
            ),
            Self::Bomb { received, expanded, .. } => (
                "a file that unpacks to a reasonable size".to_owned(),
                format!("over {expanded} bytes out of {received}"),
                "If the file is honest, unpack it first and give the unpacked file.",
            ),
            Self::Shrunk { offset, .. } => (
                format!("at least the {offset} bytes that were read before"),
                "a shorter file".to_owned(),
                "It was emptied or replaced while it was read: run again.",
            ),
        };
        Complaint::about(self.name(), expected, found).mend(mend)
    }
}

/// What an office can do about a fault of its own system.
pub(crate) fn mend_for(fault: &io::Error) -> &'static str {
    match fault.kind() {
        io::ErrorKind::PermissionDenied => "Give the account that runs Pollwarden leave to read it.",
        io::ErrorKind::NotFound => "Check the name; a link may point to something that is gone.",
        io::ErrorKind::StorageFull => "Make room on the disk that holds temporary files.",
        _ => "Check the disk or share that holds it, and copy the file again.",
    }
}
