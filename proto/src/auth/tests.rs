use super::*;
use crate::tests::check_errors;

fn login() -> LoginRequest {
    LoginRequest {
        email: " Zoe@Epic.example\n".to_owned(),
        password: " plume d'oie ".to_owned(),
        device: " epic 0.1 on desk-12 ".to_owned(),
    }
}

#[test]
fn a_login_trims_email_and_device_but_not_the_password() {
    let credentials = Credentials::try_from(login()).expect("credentials");
    assert_eq!(
        credentials.emails,
        ["Zoe@epic.example", "Zoe@epic.example", "Zoe@Epic.example"]
    );
    assert_eq!(credentials.password.reveal(), " plume d'oie ");
    assert_eq!(credentials.device, "epic 0.1 on desk-12");
}

#[test]
fn a_login_accepts_emails_that_are_no_addresses() {
    for email in ["zoe", "zoe@localhost", &"é".repeat(508), &"a".repeat(1_016)] {
        let request = LoginRequest {
            email: email.to_owned(),
            ..login()
        };
        let credentials = Credentials::try_from(request).expect("credentials");
        assert_eq!(credentials.emails, [email; 3]);
    }
}

#[test]
fn rejects_invalid_logins() {
    check_errors::<_, Credentials>(
        &login(),
        &[
            (
                |it| it.email = " ".to_owned(),
                &[("email", FieldErrorKind::Missing)],
            ),
            (
                |it| it.email = "a".repeat(1_017),
                &[("email", FieldErrorKind::TooLong { max: 254 })],
            ),
            (
                |it| it.email = "zoe\0@epic.example".to_owned(),
                &[("email", FieldErrorKind::ControlCharacter)],
            ),
            (
                |it| it.password.clear(),
                &[("password", FieldErrorKind::Missing)],
            ),
            (
                |it| it.password = "a".repeat(129),
                &[("password", FieldErrorKind::TooLong { max: 128 })],
            ),
            (
                |it| it.device = "d".repeat(121),
                &[("device", FieldErrorKind::TooLong { max: 120 })],
            ),
            (
                |it| *it = LoginRequest::default(),
                &[
                    ("email", FieldErrorKind::Missing),
                    ("password", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn validates_a_password_change() {
    let owner = AccountOwner {
        name: "Zoé Lefèvre",
        email: "zoe.lefevre@epic.example",
    };
    let strong = "plume d'oie et encre";
    let cases = [
        ("old", strong, None),
        (
            "",
            strong,
            Some(("current_password", FieldErrorKind::Missing)),
        ),
        ("old", "", Some(("new_password", FieldErrorKind::Missing))),
        (
            "old",
            "old",
            Some(("new_password", FieldErrorKind::TooShort { min: 12 })),
        ),
        (
            "old",
            "zoelefevre2026",
            Some(("new_password", FieldErrorKind::TooGuessable)),
        ),
        (
            strong,
            strong,
            Some(("new_password", FieldErrorKind::Unchanged)),
        ),
    ];
    for (current, new, expected) in cases {
        let request = ChangePasswordRequest {
            current_password: current.to_owned(),
            new_password: new.to_owned(),
        };
        match PasswordChange::parse(request, owner) {
            Ok(change) => {
                assert_eq!(expected, None, "{current:?} {new:?}");
                assert_eq!(
                    (change.current.reveal(), change.new.reveal()),
                    (current, new)
                );
            }
            Err(errors) => {
                let errors: Vec<_> = errors.iter().map(|it| (it.field, it.kind)).collect();
                assert_eq!(errors, Vec::from_iter(expected), "{current:?} {new:?}");
            }
        }
    }
}
