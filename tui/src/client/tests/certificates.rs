//! Certificates that are refused: the reason, what they say, and the clock.

use jiff::{Timestamp, tz::TimeZone};
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519,
    date_time_ymd,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer,
        server::WebPkiClientVerifier,
    },
};

use super::{
    links::{Link, acceptor, authority, authority_with, for_localhost, named, tls},
    *,
};
use crate::api::Outage;

/// The outage of a client of `localhost` at a server with this certificate.
async fn outage(tls: TlsAcceptor, ca: &str, lang: Lang) -> (Outage, u16) {
    let link = Link::new(move |_, stream| {
        let tls = tls.clone();
        async move {
            let accepted = tls.accept(stream).await;
            assert!(accepted.is_err(), "the client accepts the certificate");
        }
    })
    .await;
    let port = link.address.port();
    let server = Server {
        url: format!("https://localhost:{port}"),
        ca: Some(ca.as_bytes().to_vec()),
    };
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let messages = Messages::new(lang).in_zone(paris);
    let api = Api::with_deadlines(&server, messages, SessionStorage::Memory, SHORT).unwrap();
    match api.login(credentials("right")).await {
        Err(RequestError::Unavailable(outage)) => (outage, port),
        other => panic!("{other:?}"),
    }
}

fn params(change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = for_localhost();
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2093, 7, 14);
    change(&mut params);
    params
}

/// A certificate that its own key signs.
fn self_signed(params: &CertificateParams) -> (TlsAcceptor, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let tls = acceptor(certificate.der().clone(), &key, &[b"h2"]);
    (tls, certificate.pem())
}

#[tokio::test]
async fn says_why_a_certificate_is_refused() {
    let ca = authority("Autorité d’essai");
    let by_ca = |change: fn(&mut CertificateParams)| tls(&params(change), &ca);
    let (own, _) = self_signed(&params(|_| {}));
    let (own_authority, own_authority_pem) = self_signed(&params(|it| {
        it.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    }));
    let stranger = tls(&params(|_| {}), &authority("Mallory"));
    let (ca, empty) = (ca.pem(), authority("Another").pem());
    let cases = [
        (
            by_ca(|it| it.not_after = date_time_ymd(2026, 8, 1)),
            &ca,
            "expired on 1 Aug 2026 02:00.",
            "a expiré le 1er août 2026 02:00.",
        ),
        (
            by_ca(|it| it.not_before = date_time_ymd(2090, 1, 1)),
            &ca,
            "is not valid before 1 Jan 2090 01:00.",
            "n’est valable qu’à partir du 1er janv. 2090 01:00.",
        ),
        (
            by_ca(|it| it.subject_alt_names = names(&["crm.example.org"])),
            &ca,
            "is for another name.",
            "est pour un autre nom.",
        ),
        (own, &empty, "is self-signed.", "est auto-signé."),
        (
            own_authority.clone(),
            &empty,
            "is self-signed.",
            "est auto-signé.",
        ),
        // It is trusted as an authority, and is not a server's for that.
        (
            own_authority,
            &own_authority_pem,
            "is that of an authority: a server needs one that an authority has signed.",
            "est celui d’une autorité\u{a0}: il faut au serveur un certificat signé par une autorité.",
        ),
        (
            by_ca(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            &ca,
            "is not for servers.",
            "n’est pas destiné aux serveurs.",
        ),
    ];
    for (tls, ca, english, french) in cases {
        for (lang, start, end) in [
            (Lang::En, "The certificate of", english),
            (Lang::Fr, "Le certificat de", french),
        ] {
            let (outage, port) = outage(tls.clone(), ca, lang).await;
            let expected = format!("{start} https://localhost:{port} {end}");
            assert_eq!(outage.message, expected);
        }
    }
    for (lang, before, after) in [
        (
            Lang::En,
            "The authority of the certificate of",
            "is not trusted.",
        ),
        (
            Lang::Fr,
            "L’autorité du certificat de",
            "n’est pas approuvée.",
        ),
    ] {
        let (outage, port) = outage(stranger.clone(), &ca, lang).await;
        let expected = format!("{before} https://localhost:{port} {after}");
        assert_eq!(outage.message, expected);
    }
}

fn names(names: &[&str]) -> Vec<rcgen::SanType> {
    let names = names.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    CertificateParams::new(names).unwrap().subject_alt_names
}

#[tokio::test]
async fn shows_what_the_certificate_says_and_the_clock() {
    let ca = authority("Autorité d’essai");
    let (two, many) = (
        names(&["crm.example.org", "192.0.2.7"]),
        names(&[
            "a.example",
            "b.example",
            "2001:db8::1",
            "d.example",
            "*.e.example",
        ]),
    );
    let cases = [
        (
            two,
            "crm.example.org, 192.0.2.7",
            "crm.example.org, 192.0.2.7",
        ),
        (
            many,
            "a.example, b.example, 2001:db8::1 and 2 more",
            "a.example, b.example, 2001:db8::1 et 2 autres",
        ),
        // The name of the subject does not count.
        (
            Vec::new(),
            "no server (its subject Epic\u{fffd}Events does not count)",
            "aucun serveur (son sujet Epic\u{fffd}Events ne compte pas)",
        ),
    ];
    for (alternatives, english, french) in cases {
        let tls = tls(
            &params(|it| {
                it.subject_alt_names = alternatives;
                it.distinguished_name = named("Epic\u{202e}Events");
            }),
            &ca,
        );
        for (lang, expected, clock) in [
            (
                Lang::En,
                format!(
                    "It is for {english}, issued by Autorité d’essai, and valid from 1 Jan 2026 \
                     01:00 to 14 Jul 2093 02:00."
                ),
                "The clock of this computer says",
            ),
            (
                Lang::Fr,
                format!(
                    "Il est pour {french}, émis par Autorité d’essai et valable du 1er janv. 2026 \
                     01:00 au 14 juil. 2093 02:00."
                ),
                "L’horloge de cet ordinateur indique",
            ),
        ] {
            let messages = Messages::new(lang);
            let now = || messages.moment(Timestamp::now(), &TimeZone::get("Europe/Paris").unwrap());
            let before = now();
            let (outage, _) = outage(tls.clone(), &ca.pem(), lang).await;
            let possible = [before, now()].map(|now| format!("{expected} {clock} {now}."));
            assert!(possible.contains(&outage.detail), "{}", outage.detail);
        }
    }
}

#[tokio::test]
async fn an_authority_with_the_name_of_a_trusted_one_is_not_trusted() {
    const NAME: &str = "An authority for tests";
    let other = authority(NAME);
    // The key of the trusted authority may be of another kind, as after a renewal.
    for kind in [&PKCS_ECDSA_P256_SHA256, &PKCS_ED25519] {
        let trusted = authority_with(NAME, KeyPair::generate_for(kind).unwrap());
        let server = tls(&for_localhost(), &other);
        let (outage, port) = outage(server, &trusted.pem(), Lang::En).await;
        assert_eq!(
            outage.message,
            format!("The authority of the certificate of https://localhost:{port} is not trusted.")
        );
    }
}

/// With TLS 1.3, the server refuses after the handshake.
#[tokio::test]
async fn a_server_that_asks_for_a_certificate_of_the_client_is_named() {
    let ca = authority("An authority for tests");
    let mut roots = RootCertStore::empty();
    roots.add(ca.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider))
        .build()
        .unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = for_localhost().signed_by(&key, &ca).unwrap();
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (outage, port) = outage(Arc::new(config).into(), &ca.pem(), Lang::En).await;
    assert_eq!(
        outage.message,
        format!(
            "https://localhost:{port} asks for a certificate of this client, and epic has none."
        )
    );
}

/// A handshake whose key is not that of the certificate is refused, whatever the certificate says.
#[tokio::test]
async fn a_certificate_of_another_key_is_refused() {
    let ca = authority("An authority for tests");
    let right = for_localhost()
        .signed_by(&KeyPair::generate().unwrap(), &ca)
        .unwrap();
    let other = KeyPair::generate().unwrap();
    let tls = acceptor(right.der().clone(), &other, &[b"h2"]);
    let (outage, port) = outage(tls, &ca.pem(), Lang::En).await;
    assert_eq!(
        outage.message,
        format!("The certificate of https://localhost:{port} is not accepted.")
    );
}
