//! TLS, and how the server proves who it is, as libpq's `sslmode` says (PostgreSQL's manual, "SSL Mode Descriptions").

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    StreamOwned,
};

use super::socket::Socket;
use crate::DatabaseError;
use crate::address::{Proof, Server};

/// Encrypts the connection once the server's certificate is what the address asks for.
pub(super) fn shake_hands(
    mut socket: Socket,
    server: &Server,
    at: &str,
) -> Result<StreamOwned<ClientConnection, Socket>, DatabaseError> {
    let unproven = |why: String| DatabaseError::Unproven { at: at.to_owned(), why };
    let name = ServerName::try_from(server.host.clone())
        .map_err(|_| unproven("the host's name is none that a certificate can be for".to_owned()))?;
    let config = config(server).map_err(unproven)?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|cause| unproven(cause.to_string()))?;
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(|cause| unproven(refusal(&cause, server)))?;
    }
    Ok(StreamOwned::new(connection, socket))
}

fn refusal(cause: &io::Error, server: &Server) -> String {
    format!(
        "no encrypted connection with a server that proves to be {} ({cause}). Give its authority's certificate as \
         sslrootcert=FILE in the address; sslmode=verify-ca does without the name, sslmode=require without any proof",
        server.host
    )
}

fn config(server: &Server) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(server, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| cause.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

fn verifier(server: &Server, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let given = server.root_certificates.as_deref();
    let proof = match server.proof {
        // As libpq does: where an authority is given, it is asked.
        Proof::Require if given.is_some() => Proof::VerifyCa,
        proof => proof,
    };
    if matches!(proof, Proof::Prefer | Proof::Require | Proof::Disable) {
        return Ok(Arc::new(Anyone(Arc::clone(provider))));
    }
    let roots = given.map_or_else(of_system, of_file)?;
    let full = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|cause| format!("no certificates to trust: {cause}"))?;
    Ok(if proof == Proof::VerifyCa { Arc::new(AnyName(full)) } else { full })
}

fn of_file(path: &Path) -> Result<RootCertStore, String> {
    let fault = |cause: &dyn std::fmt::Display| {
        format!("sslrootcert: {} holds no certificates in PEM form: {cause}", path.display())
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|cause| fault(&cause))? {
        let certificate = certificate.map_err(|cause| fault(&cause))?;
        roots.add(certificate).map_err(|cause| fault(&cause))?;
    }
    if roots.is_empty() { Err(fault(&"it is empty")) } else { Ok(roots) }
}

/// What the system trusts. A certificate of it that can't be read is left out, which trusts less, not more.
fn of_system() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err("this system has no certificates to trust".to_owned()) } else { Ok(roots) }
}

/// Takes any certificate: `prefer` and `require`.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Takes a trusted authority's certificate for any name: `verify-ca`. The name is the last thing that webpki looks at.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.0.verify_server_cert(certificate, between, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
