//! Documents made in code: what genuine mail carries, and harmless ones of the shapes that lures carry.
//!
//! Nothing here can do harm: macro texts name hosts under `.example`, which nobody can own (RFC 2606), and files that
//! would be programs hold a sentence.

mod containers;
mod office;
mod pages;
mod vba;

pub(super) use containers::{disk_image, encrypted_zip, notebook, shortcut, smuggling_page};
pub(super) use office::{document, macro_document, template_document};
pub(super) use pages::{Page, calendar_entry, code_picture, logo, pdf, photo};

/// MIME types.
pub(super) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub(super) const DOCM: &str = "application/vnd.ms-word.document.macroEnabled.12";
