//! Signing in, and one's own password: two forms that belong to no record.

use epic_events::{
    collaborator::{Credentials, PasswordChange},
    policy,
    refusal::FieldProblem,
    v1::{ChangePasswordRequest, LoginRequest},
};

use crate::{
    ask::Call,
    form::{
        filled::Filled,
        spec::{Built, FieldSpec, FormSpec, Kind, checked, sound},
    },
};

/// Email and password.
pub const LOGIN: FormSpec = FormSpec {
    title: "form-login",
    rpc: policy::LOGIN,
    fields: &[
        FieldSpec::new("email", "field-email", Kind::Text),
        FieldSpec::new("password", "field-password", Kind::Password),
    ],
    build: login,
};

fn login(form: &Filled<'_>) -> Built {
    let request = LoginRequest {
        email: form.text("email"),
        password: form.text("password"),
        // The way to the server knows what the machine is called.
        device: String::new(),
    };
    checked::<_, Credentials>(request, Call::Login)
}

/// A new password of one's own.
pub const PASSWORD: FormSpec = FormSpec {
    title: "form-own-password",
    rpc: policy::CHANGE_PASSWORD,
    fields: &[
        FieldSpec::new("current_password", "field-current-password", Kind::Password),
        FieldSpec::new("new_password", "field-new-password", Kind::NewPassword),
        FieldSpec::new("repeated", "field-repeated-password", Kind::Password),
    ],
    build: password,
};

fn password(form: &Filled<'_>) -> Built {
    let request = ChangePasswordRequest {
        current_password: form.text("current_password"),
        new_password: form.text("new_password"),
    };
    let checked = sound(PasswordChange::parse(request.clone(), form.person()));
    let built = checked.map(|_| Call::ChangePassword(request));
    // Only the keyboard repeats a password; the server never hears of it.
    if form.text("new_password") == form.text("repeated") {
        return built;
    }
    let mut found = built.err().unwrap_or_default();
    found.push(FieldProblem {
        field: "repeated".to_owned(),
        code: "NOT_REPEATED".to_owned(),
        limit: None,
        sentence: String::new(),
    });
    Err(found)
}
