//! What a file could do, each with the words that a clerk reads about it.
//!
//! The kinds follow what MITRE ATT&CK lists under T1566.001 (attachment), T1204.002 (malicious file), T1221 (template
//! injection), T1027.006 (HTML smuggling), T1553.005 (disk images) and T1036 (masquerading).

/// Who needs to see an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everything, also what is ordinary in most files.
    Examiner,
    /// Odd, but often innocent.
    Analyst,
    /// Deserves action.
    Clerk,
}

/// Something a file could do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Act {
    /// What it is.
    pub kind: ActKind,
    /// Who needs to see it.
    pub audience: Audience,
    /// Where inside the file: a stream, a part, a page, a field. Empty where it is the whole file.
    pub place: String,
    /// A short excerpt with links defanged, at most 200 characters.
    pub shown: String,
    /// What it means, in a clerk's words.
    pub why: String,
}

macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident, $audience:ident, $why:literal;)*) => {
        /// Kinds of acts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ActKind { $($(#[$about])* $name,)* }

        impl ActKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The kind's name, as in its source.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// Who needs to see it, where nothing about the single case says otherwise.
            pub fn audience(self) -> Audience {
                match self { $(Self::$name => Audience::$audience,)* }
            }

            /// What it means, in a clerk's words.
            pub fn why(self) -> &'static str {
                match self { $(Self::$name => $why,)* }
            }
        }
    };
}

kinds! {
    /// Visual Basic code in a document (or LibreOffice Basic).
    VbaMacro, Clerk, "The document carries a macro, which is a small program. Don't enable content. Ask the sender by phone.";
    /// Code that starts by itself: AutoOpen, Document_Open, Workbook_Open …
    AutoRun, Clerk, "The macro starts by itself when the document is opened or closed. Genuine forms rarely need that.";
    /// A call by which macros reach outside the document: Shell, CreateObject, URLDownloadToFile …
    RiskyCall, Clerk, "The macro can start other programs, fetch files or change the computer.";
    /// A VBA project whose readable source was removed or replaced while its compiled form stayed.
    StompedVba, Clerk, "The macro's readable text was removed, so that scanners see nothing, but it still runs. This is done to deceive.";
    /// Excel 4 macros (macro sheets).
    XlmMacro, Clerk, "The workbook carries an old kind of macro (Excel 4). Hardly any genuine workbook has one today.";
    /// A sheet that no menu can show.
    HiddenSheet, Examiner, "The workbook has a sheet that is hidden so well that no menu shows it.";
    /// Dynamic Data Exchange: a field or cell that starts a program.
    Dde, Clerk, "A field in the file asks another program to run when the file is opened. Answer No if asked to update links.";
    /// A template that is fetched from elsewhere when the document opens.
    TemplateInjection, Clerk, "The document fetches its template from elsewhere when opened; the template may carry a macro that this file doesn't show.";
    /// Something else fetched from elsewhere when the file opens.
    ExternalLink, Clerk, "The file fetches something from elsewhere when opened. That can bring in a harmful file, or give your password's hash away.";
    /// A file packed inside a document.
    EmbeddedObject, Clerk, "Another file is packed inside the document and opens with a double click. Don't click it.";
    /// ActiveX controls and forms.
    ActiveX, Analyst, "The document carries interactive controls, which can start a macro.";
    /// An RTF object that starts by itself, or of a class with known holes.
    RtfObject, Clerk, "The document carries an object of a kind that attackers use to break into Word.";
    /// RTF written so that scanners misread it.
    RtfObfuscation, Clerk, "The document is written in a way that hides what it holds from scanners. No word processor writes it so.";
    /// A OneNote notebook with a file inside that could run.
    OneNoteFile, Clerk, "The notebook holds a file that would run as a program when clicked.";
    /// An image of a disk.
    DiskImage, Clerk, "The file is a disk image. Files inside escape the warning that Windows shows for downloads.";
    /// A shortcut that starts something.
    Shortcut, Clerk, "The file is a shortcut: a click starts the command shown here.";
    /// A script.
    Script, Clerk, "The file is a script: a click runs it as a program.";
    /// A program.
    Executable, Clerk, "The file is a program. Nobody needs to mail you a program.";
    /// A page that builds a file on the computer that opens it.
    HtmlSmuggling, Clerk, "The page puts together a file on your own computer, so that no mail scanner saw it.";
    /// A page that asks for a password.
    CredentialForm, Clerk, "The page asks for a password. A genuine log-in never comes as an attachment.";
    /// An archive that needs a password.
    EncryptedArchive, Clerk, "The archive is locked with a password, so nobody could look inside. Ask the sender by phone before opening it.";
    /// An archive that could not be opened, or not to its end.
    Unopened, Analyst, "The archive, or part of it, could not be opened here, so nobody knows what it could do. Ask the sender by phone before opening it.";
    /// A document that needs a password.
    EncryptedDocument, Clerk, "The document is locked with a password, so nobody could look inside. Ask the sender by phone before opening it.";
    /// A script in a PDF.
    PdfJavaScript, Clerk, "The PDF runs a script when opened.";
    /// A PDF that starts a program.
    PdfLaunch, Clerk, "The PDF asks to start a program or open another file.";
    /// A PDF that does something by itself when opened.
    PdfOpenAction, Clerk, "The PDF does something by itself when opened, before you click anything.";
    /// A file packed in a PDF.
    PdfEmbeddedFile, Analyst, "Another file is packed inside the PDF.";
    /// A QR code.
    QrCode, Analyst, "The picture holds a QR code. A code hides its link from mail scanners and moves you to your phone. Don't scan it unless you expected it.";
    /// A harmless-looking ending before the real one.
    DoubleExtension, Clerk, "The file's name pretends to be a document, but its real ending is that of a program.";
    /// A name written backwards in part.
    RightToLeftName, Clerk, "The file's name holds invisible marks that reverse part of it, to hide its real ending.";
    /// Content that is not what name or declared type say.
    TypeMismatch, Analyst, "The file is not what its name says it is.";
    /// A file that unpacks to far more than it should.
    CompressionBomb, Clerk, "The file unpacks to an enormous size, which is done to stop scanners. It was not unpacked.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_speaks_to_a_clerk() {
        for kind in ActKind::ALL {
            assert!(kind.why().ends_with('.') && kind.why().len() > 20, "{}", kind.name());
        }
        assert!(Audience::Clerk > Audience::Analyst && Audience::Analyst > Audience::Examiner);
    }
}
