### Messages about external input: server errors, field errors, dates, settings.

## Departments
role-gestion = gestion
role-commercial = commercial
role-support = support
either = { $others } or { $last }

## Months and days
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
day-of-month = { $day } { $month }
weekday-name-1 = Monday
weekday-name-2 = Tuesday
weekday-name-3 = Wednesday
weekday-name-4 = Thursday
weekday-name-5 = Friday
weekday-name-6 = Saturday
weekday-name-7 = Sunday
length-days = { $count } d
length-hours = { $count } h
length-minutes = { $count } min

## Reasons why the access policy denies an action, for the status line
denied-unlisted = this server does not support this action
denied-role = only { $allowed } can do this
denied-not-yours = only the collaborator in charge can do this
denied-already-assigned = it is already assigned
denied-field = only { $allowed } can change this
denied-action = only { $allowed } can { $what }
denied-not-in-charge = only { $name }, who is in charge, can { $what }
denied-not-its-support = only its support, { $name }, can { $what }
denied-unassigned = nobody is in charge yet: gestion assigns somebody first
denied-in-charge = { $name } is already in charge

## Server error reasons; an argument without a value is `none`
reason-token-missing = You are not signed in. Sign in again.
reason-token-invalid = The server does not recognise this session. Sign in again.
reason-token-expired = The session has expired. Sign in again.
reason-session-ended = Your session has ended. Sign in again.
reason-login-failed = The email or the password is wrong. Check both and try again.
reason-too-many-attempts = Too many wrong passwords. Wait before you try again.
reason-password-change-required = Choose your own password first.
reason-role-not-allowed = { $allowed ->
    [none] This is reserved for another department.
   *[other] Only { $allowed } can do this. Ask a colleague there.
}
reason-not-yours = Only the collaborator in charge can do this.
reason-already-assigned = The client already has a commercial. Refresh the list to see who it is.
reason-field-not-allowed = { $allowed ->
    [none] Only another department can change this.
   *[other] Only { $allowed } can change this. Ask a colleague there.
}
reason-unknown-rpc = This server does not support this action. It may be older than this program: contact your administrator.
reason-no-such-record = { $record ->
    [collaborator] This collaborator no longer exists. Refresh the list.
    [client] This client no longer exists. Refresh the list.
    [contract] This contract no longer exists. Refresh the list.
    [event] This event no longer exists. Refresh the list.
   *[other] This record no longer exists. Refresh the list.
}
reason-email-taken = This email address is already in use. Enter a different address.
reason-event-exists = The contract already has an event. Edit that event instead.
reason-request-id-taken = This form was already sent with other values. Close it and open it again.
reason-invalid-field = { $errors ->
    [none] The request is invalid. Check the fields and try again.
   *[other] Correct this first: { $errors }.
}
reason-malformed-request = The server cannot read the request. Its version may differ from that of this program: contact your administrator.
reason-message-too-large = The text is too long for the server. Shorten it and save again.
saved-elsewhere = { $by ->
    [none] Another user has saved this record.
   *[other] { $at ->
        [none] { $by } has saved this record.
       *[other] { $by } saved this record { $at }.
    }
}
reason-etag-outdated = { saved-elsewhere } Check it, then try again.
# $key (text): the key that changes to the other value of a field, if there is one.
form-outdated = { saved-elsewhere } { $key ->
    [none] Compare, then save again.
   *[other] Compare ({ $key } changes to the other value), then save again.
}
form-merged = Changed meanwhile by others: { $fields }.
reason-conflict = Other users are saving the same records. Try again.
reason-contract-not-signed = The contract is not signed. Sign it first, then create the event.
reason-request-id-reused = Another request has already used the number of this one. Cancel, and fill in the form again.
reason-contract-has-event = The contract has an event, so it stays signed.
reason-still-in-charge = This collaborator is still in charge of clients or events. Choose a successor from the same department.
reason-last-gestion = This is the last gestion account. Create another one first.
reason-wrong-role = This collaborator belongs to another department. Choose a different collaborator.
reason-not-a-successor = The successor must be another collaborator of the same department. Choose a different successor.
reason-busy = The server is overloaded. Try again in a moment.
reason-too-many-calls = Your account sends too many requests at once. Try again in a moment.
reason-too-many-streams = This session has too many open streams of changes.
reason-database-unavailable = The server's database does not answer.
reason-account-changing = An account is being changed.
reason-shutting-down = The server is stopping.
reason-internal = { $trace ->
    [none] An error occurred on the server and was logged there. Try again, or contact your administrator.
   *[other] Server error { $trace }, logged on the server. Try again, or contact your administrator.
}
refused-without-reason = The call was refused on its way to the server ({ $status }), for example by a proxy. Contact your administrator.

## Field errors, displayed below the field
field-error-missing = is required
field-error-too-long = has more than { $limit } characters
field-error-too-short = has fewer than { $limit } characters
field-error-control-character = contains a character that cannot be displayed: remove it
field-error-not-an-email = is not an email address like name@example.org
field-error-not-a-phone = is not a phone number: 2 to 15 digits, such as +33 6 12 34 56 78 or 01 23 45 67 89 ext. 12
field-error-not-a-role = is not one of gestion, commercial and support
field-error-not-a-record = is not one of collaborator, client, contract and event
field-error-not-a-uuid = is not a UUID
field-error-not-a-date = is not a date between 2000 and 2199
field-error-not-a-time = is not a time between 2000 and 2199
field-error-negative = is negative
field-error-too-large = is more than { $limit }
field-error-above-total = is more than the total
field-error-ends-before-start = ends before it starts
field-error-not-an-etag = is not a version of this record
field-error-not-a-page-token = is not a page of this list
field-error-unknown-order = is not one of: { $limit }
field-error-too-guessable = is too easy to guess
field-error-unchanged = is your current password
field-error-not-a-successor = is not another collaborator of the same department
field-error-wrong-role = belongs to another department
field-error-no-such-record = no longer exists
field-error-wrong-password = is not your current password
field-error-email-taken = is already in use
field-error-has-event = already has an event
field-error-not-signed = is not signed

## Parse errors of typed values
parse-error-empty = is required
parse-error-not-an-amount = is not an amount: type 12400, 12 400.50 or 12,400.50
parse-error-too-precise = has more than two digits after the cents' separator
parse-error-not-a-number = is not a whole number
parse-error-too-large = is too large a number
parse-error-not-a-date = is not a date: type day/month/year, such as 12/09/2026
parse-error-no-such-day = no such date: correct the day or the month, as in 31/12/2026
parse-error-wrong-weekday = { $date } is a { $weekday }: correct the weekday or the date
parse-error-not-a-moment = is not a date and time: type 12/09/2026 18:00 or tomorrow 9am
parse-error-day-missing = the date is missing: type 12/09/2026 18:00 or tomorrow 9am
parse-error-start-missing = the start is missing: give it before a length
parse-error-time-missing = the time is missing: type 18:00 after the date
parse-error-no-such-time = no such time: hours go to 23, minutes to 59
parse-error-clock-skips = no such time: the change to summer time skips it
parse-error-no-such-offset = the clocks have another offset at that time: leave it out
parse-error-line-break = contains a tab or a line break: enter one value

## Reasons why the server is unavailable; `offline-next` adds the time of the next attempt
offline-refused = { $server } refuses the connection.
offline-unreachable = { $server } cannot be reached.
offline-timed-out = { $server } does not answer in time.
offline-closed = { $server } closes the connection at once. If it expects TLS, use https://.
offline-closed-in-tls = { $server } closes the connection instead of answering with TLS: is the port right?
offline-http1 = { $server } answers HTTP/1.1: is the port right?
offline-other-protocol = { $server } does not speak HTTP/2: is the port right?
offline-speaks-tls = { $server } speaks TLS: use https://.
offline-no-tls = { $server } does not speak TLS: is the port right?
offline-tls-failed = The TLS handshake with { $server } failed.
offline-client-certificate = { $server } asks for a certificate of this client, and epic has none.
offline-broken = The connection to { $server } failed.

## The certificate of the server is refused
# $at (text): a date and time.
certificate-expired = The certificate of { $server } expired on { $at }.
certificate-not-yet-valid = The certificate of { $server } is not valid before { $at }.
certificate-other-name = The certificate of { $server } is for another name.
certificate-self-signed = The certificate of { $server } is self-signed.
certificate-unknown-authority = The authority of the certificate of { $server } is not trusted.
certificate-not-for-servers = The certificate of { $server } is not for servers.
certificate-of-authority = The certificate of { $server } is that of an authority: a server needs one that an authority has signed.
certificate-refused = The certificate of { $server } is not accepted.
# $names, $issuer, $start, $end (text)
certificate-content = It is for { $names }, issued by { $issuer }, and valid from { $start } to { $end }.
certificate-more-names = { $names } and { $more } more
certificate-only-subject = no server (its subject { $subject } does not count)
certificate-no-name = a server without a name
certificate-no-issuer = an unnamed authority
# $now (text): a date and time.
certificate-clock = The clock of this computer says { $now }.

## Errors in the settings
setting-source-command-line = on the command line
setting-source-environment = in the environment
setting-source-file = in line { $line } of the settings file
setting-server = “{ $value }” { $source } is not a server’s address such as https://crm.example.org:50051.
setting-insecure = “{ $value }” { $source } would send passwords unencrypted. Use https://, or set --insecure.
setting-lang = “{ $value }” { $source } is not a language: en or fr.
setting-theme = “{ $value }” { $source } is not a theme. The themes are auto, dark, light and terminal.
setting-time-zone = “{ $value }” { $source } is not a time zone such as Europe/Paris.
setting-ca = “{ $value }” { $source } is not a certificate file that can be read: { $cause }.
setting-ca-invalid = “{ $value }” { $source } contains no certificate in PEM format.
setting-file = The settings file { $value } cannot be read: { $cause }.
setting-line-syntax = Line { $line } of the settings file { $value } is not valid. Write each setting once, such as lang = "en" or mouse = false.
setting-line-unknown = Line { $line } of the settings file { $value }: there is no setting “{ $name }”. epic --help lists the settings.
setting-line-not-utf8 = Line { $line } of the settings file { $value } contains a byte that is not UTF-8. Save the file as UTF-8.
server-unusable = { $server } cannot be used as a server: { $cause }
no-terminal = epic requires a terminal. Start it without a pipe.
no-demo = This build of epic does not include the demo. Specify a server: epic --server URL
demo-failed = The demo cannot start: { $cause }
terminal-failed = The terminal cannot be used: { $cause }
