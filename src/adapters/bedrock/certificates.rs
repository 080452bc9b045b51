//! The certificates of `AWS_CA_BUNDLE`, which the SDK does not read.

use std::path::Path;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::session::{Fault, FaultClass};

/// Returns a client that trusts the certificates of a file instead of the system's, as the AWS CLI does.
pub(super) fn client_trusting(path: &str) -> Result<SharedHttpClient, Fault> {
    let fault = |why: String| {
        Fault::new(FaultClass::Network, format!("cannot read the certificates of AWS_CA_BUNDLE in {path}: {why}"))
            .with_hint("Set AWS_CA_BUNDLE to a file of PEM certificates, or unset it.")
    };
    let bytes = std::fs::read(Path::new(path)).map_err(|error| fault(error.to_string()))?;
    let pem = usable_certificates(&bytes);
    if pem.is_empty() {
        return Err(fault("it holds no usable certificate".to_owned()));
    }
    let trust = TrustStore::empty().with_pem_certificate(pem.into_bytes());
    let context = TlsContext::builder().with_trust_store(trust).build().map_err(|error| fault(error.to_string()))?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.tls_context(context.clone()).build()
    }))
}

/// Returns a client for loopback: no certificates to load, no proxy to capture it.
pub(super) fn loopback_client() -> SharedHttpClient {
    Builder::new().build_http()
}

/// Returns the certificates of a bundle that can be used, as PEM: the SDK panics on the others.
fn usable_certificates(bytes: &[u8]) -> String {
    let mut pem = String::new();
    for certificate in CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok) {
        if RootCertStore::empty().add(certificate.clone()).is_ok() {
            pem.push_str("-----BEGIN CERTIFICATE-----\n");
            pem.push_str(&STANDARD.encode(&certificate));
            pem.push_str("\n-----END CERTIFICATE-----\n");
        }
    }
    pem
}
