//! The forms without a record: the login, and the change of the user's password.

use epic_events::{
    api_error::WireFieldError,
    auth::{Credentials, PasswordChange},
    policy,
    v1::{ChangePasswordRequest, LoginRequest},
};

use crate::{
    api::ApiRequest,
    form::{
        spec::{Built, FieldSpec, FormSpec, Kind, checked, to_wire_errors},
        values::FormValues,
    },
};

/// The form to sign in.
pub const LOGIN: FormSpec = FormSpec {
    title: "form-login",
    rpc: policy::LOGIN,
    fields: &[
        FieldSpec::new("email", "field-email", Kind::Email),
        FieldSpec::new("password", "field-password", Kind::Password).in_new_group(),
    ],
    build: login,
    questions: &[],
};

fn login(form: &FormValues<'_>) -> Built {
    let request = LoginRequest {
        email: form.text("email"),
        password: form.text("password"),
        // Set by [`crate::client::Api::login`].
        device: String::new(),
    };
    checked::<_, Credentials>(request, ApiRequest::Login)
}

/// The form to change the user's password.
pub const PASSWORD: FormSpec = FormSpec {
    title: "form-own-password",
    rpc: policy::CHANGE_PASSWORD,
    fields: &[
        FieldSpec::new("current_password", "field-current-password", Kind::Password),
        FieldSpec::new("new_password", "field-new-password", Kind::NewPassword),
        FieldSpec::new("repeated", "field-repeated-password", Kind::Password),
    ],
    build: password,
    questions: &[],
};

fn password(form: &FormValues<'_>) -> Built {
    let request = ChangePasswordRequest {
        current_password: form.text("current_password"),
        new_password: form.text("new_password"),
    };
    let checked = to_wire_errors(PasswordChange::parse(request.clone(), form.account_owner()));
    let built = checked.map(|_| ApiRequest::ChangePassword(request));
    // The repetition only guards against typing errors; it is not part of the request.
    if form.text("new_password") == form.text("repeated") {
        return built;
    }
    let mut errors = built.err().unwrap_or_default();
    errors.push(WireFieldError {
        field: "repeated".to_owned(),
        code: "NOT_REPEATED".to_owned(),
        limit: None,
        sentence: String::new(),
    });
    Err(errors)
}
