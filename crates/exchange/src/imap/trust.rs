//! Whose certificates are trusted, and in plain words why one is not (RFC 5280, RFC 9525).

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use super::MailboxError;

/// A client that trusts the office's own authority, or else those of the system.
pub(super) fn client(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, MailboxError> {
    let roots = ca_file.map_or_else(of_system, of_file)?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|cause| MailboxError::NoAuthorities { why: cause.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// What is wrong with a certificate, and what to do; `None` where the fault is another.
pub(super) fn complaint(error: &Error, host: &str, ca_file: Option<&Path>) -> Option<String> {
    let Error::InvalidCertificate(fault) = error else { return None };
    Some(match fault {
        CertificateError::UnknownIssuer => unknown_issuer(ca_file),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired. Whoever runs the server must renew it; look also whether this machine's clock is right".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet. Look whether this machine's clock is right".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is for another name than {host}. Use the name that the certificate has, if that is your server's")
        }
        CertificateError::Revoked => "its certificate has been revoked. Ask whoever runs the server".to_owned(),
        other => format!("its certificate is not accepted ({other}). Ask whoever runs the server"),
    })
}

fn unknown_issuer(ca_file: Option<&Path>) -> String {
    match ca_file {
        Some(path) => format!(
            "its certificate was not issued by the authority in {}. Ask whoever runs the server for the right file; somebody may also sit between",
            path.display()
        ),
        None => "its certificate was issued by nobody whom this system trusts. If your office has its own authority, give its certificate as a PEM file (ca_file); otherwise somebody may sit between".to_owned(),
    }
}

fn of_file(path: &Path) -> Result<RootCertStore, MailboxError> {
    let fault = |cause: &dyn std::fmt::Display| MailboxError::NoAuthorities {
        why: format!("{} holds no certificates in PEM form: {cause}", path.display()),
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|cause| fault(&cause))? {
        let certificate = certificate.map_err(|cause| fault(&cause))?;
        roots.add(certificate).map_err(|cause| fault(&cause))?;
    }
    if roots.is_empty() { Err(fault(&"it is empty")) } else { Ok(roots) }
}

/// What the system trusts. A certificate of it that can't be read is left out, which trusts less, not more.
fn of_system() -> Result<RootCertStore, MailboxError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match roots.is_empty() {
        true => Err(MailboxError::NoAuthorities {
            why: "this system has none. Install its package of certificates (ca-certificates), or give a PEM file (ca_file)".to_owned(),
        }),
        false => Ok(roots),
    }
}
