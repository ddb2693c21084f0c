//! Signing in, and one's own password: two forms that belong to no record.

use epic_events::{
    api_error::WireFieldError,
    auth::{Credentials, PasswordChange},
    policy,
    v1::{ChangePasswordRequest, LoginRequest},
};

use crate::{
    api::ApiRequest,
    form::{
        spec::{Built, FieldSpec, FormSpec, Kind, checked, sound},
        values::FormValues,
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

fn login(form: &FormValues<'_>) -> Built {
    let request = LoginRequest {
        email: form.text("email"),
        password: form.text("password"),
        // The way to the server knows what the machine is called.
        device: String::new(),
    };
    checked::<_, Credentials>(request, ApiRequest::Login)
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

fn password(form: &FormValues<'_>) -> Built {
    let request = ChangePasswordRequest {
        current_password: form.text("current_password"),
        new_password: form.text("new_password"),
    };
    let checked = sound(PasswordChange::parse(request.clone(), form.person()));
    let built = checked.map(|_| ApiRequest::ChangePassword(request));
    // Only the keyboard repeats a password; the server never hears of it.
    if form.text("new_password") == form.text("repeated") {
        return built;
    }
    let mut found = built.err().unwrap_or_default();
    found.push(WireFieldError {
        field: "repeated".to_owned(),
        code: "NOT_REPEATED".to_owned(),
        limit: None,
        sentence: String::new(),
    });
    Err(found)
}
