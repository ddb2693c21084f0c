//! A certificate that was refused: why, and what it says.

use std::net::IpAddr;

use jiff::Timestamp;
use tokio_rustls::rustls::{
    CertificateError,
    pki_types::{CertificateDer, UnixTime},
};
use x509_cert::{
    Certificate, TbsCertificate,
    attr::AttributeTypeAndValue,
    der::{
        Decode as _, Tag, Tagged as _,
        asn1::{
            Ia5StringRef, ObjectIdentifier, PrintableStringRef, TeletexStringRef, Utf8StringRef,
        },
    },
    ext::pkix::{BasicConstraints, SubjectAltName, name::GeneralName},
    name::Name,
};

/// The attributes that name a subject, the best one first: common name, organisational unit,
/// organisation (RFC 5280, appendix A.1).
const NAMING: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("2.5.4.3"),
    ObjectIdentifier::new_unwrap("2.5.4.11"),
    ObjectIdentifier::new_unwrap("2.5.4.10"),
];
/// The most characters of a name that are kept. A DNS name has at most 253.
const NAME_MAX: usize = 253;

/// A certificate that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::client) struct RefusedCertificate {
    pub(in crate::client) reason: RefusalReason,
    /// The time of the verification, by the clock of this computer.
    pub(in crate::client) now: Timestamp,
    /// `None` if it cannot be read.
    pub(in crate::client) content: Option<CertificateContent>,
}

/// Why a certificate was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::client) enum RefusalReason {
    /// It, or the certificate of an authority between it and a trusted one, has expired.
    Expired(Timestamp),
    /// It, or such an authority's, is not yet valid.
    NotYetValid(Timestamp),
    /// It is for other names than that of the server.
    OtherName,
    /// It is its own issuer, and is not trusted.
    SelfSigned,
    /// No trusted authority has issued it.
    UnknownAuthority,
    /// It is not for servers.
    NotForServers,
    /// It is that of an authority, which signs those of servers.
    OfAuthority,
    /// Another reason, which the log names.
    Other,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::client) struct CertificateContent {
    /// The names and addresses of the servers that it is for.
    pub(in crate::client) names: Vec<String>,
    /// The name of its subject, which does not count as the name of a server (RFC 9110, 4.3.4).
    pub(in crate::client) subject: String,
    pub(in crate::client) issuer: String,
    pub(in crate::client) valid: [Timestamp; 2],
    is_self_issued: bool,
    is_authority: bool,
}

impl RefusedCertificate {
    /// A certificate that was refused for this reason at this time. `is_trusted` says that it is a
    /// trusted authority itself.
    pub(super) fn new(
        error: &CertificateError,
        certificate: &CertificateDer<'_>,
        now: UnixTime,
        is_trusted: bool,
    ) -> Self {
        let content = CertificateContent::read(certificate);
        let reason = reason(error, content.as_ref(), is_trusted);
        tracing::warn!(?error, ?content, "the certificate of the server is refused");
        Self {
            reason,
            now: timestamp(now.as_secs()),
            content,
        }
    }
}

fn reason(
    error: &CertificateError,
    content: Option<&CertificateContent>,
    is_trusted: bool,
) -> RefusalReason {
    use CertificateError as Error;
    let is = |property: fn(&CertificateContent) -> bool| content.is_some_and(property);
    match error {
        Error::ExpiredContext { not_after, .. } => {
            RefusalReason::Expired(timestamp(not_after.as_secs()))
        }
        Error::NotValidYetContext { not_before, .. } => {
            RefusalReason::NotYetValid(timestamp(not_before.as_secs()))
        }
        Error::NotValidForName | Error::NotValidForNameContext { .. } => RefusalReason::OtherName,
        Error::UnknownIssuer if is(|it| it.is_self_issued) => RefusalReason::SelfSigned,
        Error::UnknownIssuer => RefusalReason::UnknownAuthority,
        Error::InvalidPurpose | Error::InvalidPurposeContext { .. } => RefusalReason::NotForServers,
        // webpki refuses an authority's certificate before it looks for the issuer.
        Error::Other(_) if is(|it| it.is_authority && it.is_self_issued) && !is_trusted => {
            RefusalReason::SelfSigned
        }
        Error::Other(_) if is(|it| it.is_authority) => RefusalReason::OfAuthority,
        _ => RefusalReason::Other,
    }
}

impl CertificateContent {
    fn read(certificate: &CertificateDer<'_>) -> Option<Self> {
        let certificate = Certificate::from_der(certificate).ok()?;
        let content = &certificate.tbs_certificate;
        let validity = &content.validity;
        let valid = [validity.not_before, validity.not_after];
        let constraints = content.get::<BasicConstraints>().ok().flatten();
        Some(Self {
            names: names(content),
            subject: name(&content.subject),
            issuer: name(&content.issuer),
            valid: valid.map(|at| timestamp(at.to_unix_duration().as_secs())),
            is_self_issued: content.issuer == content.subject,
            is_authority: constraints.is_some_and(|(_, constraints)| constraints.ca),
        })
    }
}

/// The names and addresses that the certificate is for.
fn names(content: &TbsCertificate) -> Vec<String> {
    let alternatives = content.get::<SubjectAltName>().ok().flatten();
    let alternatives = alternatives.map(|(_, names)| names.0).unwrap_or_default();
    let names = alternatives.iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(cut(name.as_str())),
        GeneralName::IpAddress(bytes) => address(bytes.as_bytes()).map(|it| it.to_string()),
        _ => None,
    });
    names.collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// The best name of a subject or issuer; empty if it has none.
fn name(name: &Name) -> String {
    let attributes = || name.0.iter().flat_map(|part| part.0.iter());
    let found = NAMING.iter().find_map(|kind| {
        let mut values = attributes().filter(|it| it.oid == *kind);
        values.find_map(value)
    });
    found.unwrap_or_default()
}

fn value(attribute: &AttributeTypeAndValue) -> Option<String> {
    let value = &attribute.value;
    let text = match value.tag() {
        Tag::Utf8String => Utf8StringRef::try_from(value).ok()?.as_str().to_owned(),
        Tag::PrintableString => PrintableStringRef::try_from(value)
            .ok()?
            .as_str()
            .to_owned(),
        Tag::Ia5String => Ia5StringRef::try_from(value).ok()?.as_str().to_owned(),
        Tag::TeletexString => TeletexStringRef::try_from(value).ok()?.as_str().to_owned(),
        _ => return None,
    };
    Some(cut(text.trim())).filter(|text| !text.is_empty())
}

fn cut(text: &str) -> String {
    text.chars().take(NAME_MAX).collect()
}

/// The time of this second; the latest possible one if it is later.
fn timestamp(second: u64) -> Timestamp {
    let second = i64::try_from(second).unwrap_or(i64::MAX);
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}
