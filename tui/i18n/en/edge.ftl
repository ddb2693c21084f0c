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

## Reasons why the access policy denies an action, for the status line
denied-unlisted = this server cannot do this
denied-role = only { $allowed } can do this
denied-not-yours = only the colleague in charge of it can do this
denied-already-assigned = somebody is in charge of it already
denied-field = only { $allowed } can change this
denied-action = only { $allowed } can { $what }
denied-not-in-charge = only { $name }, who is in charge, can edit it
denied-not-its-support = only its support, { $name }, can edit it
denied-unassigned = nobody is in charge of it yet: gestion assigns somebody first
denied-in-charge = { $name } is in charge already
can-new-collaborators = add a collaborator
can-new-clients = add a client
can-new-contracts = add a contract
can-new-events = add an event
can-edit-collaborators = edit a collaborator
can-edit-clients = edit a client
can-edit-contracts = edit a contract
can-edit-events = edit an event
can-assign-clients = assign a commercial
can-assign-events = assign a support
can-delete-collaborators = delete a collaborator
can-password-collaborators = replace a password

## Server error reasons; an argument without a value is `none`
reason-token-missing = You are not signed in. Sign in again.
reason-token-invalid = The server does not know this session. Sign in again.
reason-token-expired = The session has expired. Sign in again.
reason-session-ended = Your session has ended. Sign in again.
reason-login-failed = The email or the password is wrong. Check both and try again.
reason-too-many-attempts = Too many wrong passwords. Wait before the next try.
reason-password-change-required = Choose a password of your own first.
reason-role-not-allowed = { $allowed ->
    [none] Another department does this.
   *[other] Only { $allowed } can do this. Ask a colleague there.
}
reason-not-yours = Only the colleague in charge of it can do this.
reason-already-assigned = The client has a commercial already. Refresh to see who.
reason-field-not-allowed = { $allowed ->
    [none] Another department changes this.
   *[other] Only { $allowed } can change this. Ask a colleague there.
}
reason-unknown-rpc = This server cannot do this. It may be older than your client: tell your administrator.
reason-no-such-record = { $record ->
    [collaborator] This collaborator no longer exists. Refresh the list.
    [client] This client no longer exists. Refresh the list.
    [contract] This contract no longer exists. Refresh the list.
    [event] This event no longer exists. Refresh the list.
   *[other] This record no longer exists. Refresh the list.
}
reason-email-taken = Somebody else has this email address already. Give another one.
reason-event-exists = The contract has an event already. Change that one instead.
reason-request-id-taken = This was sent before with other values. Close the form and open it again.
reason-invalid-field = { $errors ->
    [none] Something is wrong in what was sent. Check the fields and try again.
   *[other] Correct this first: { $errors }.
}
reason-malformed-request = The server cannot read this. It may be of another version than your client: tell your administrator.
reason-message-too-large = This is more text than the server takes. Shorten it and save again.
reason-etag-outdated = { $by ->
    [none] Somebody saved this meanwhile. Compare, then save again.
   *[other] { $at ->
        [none] { $by } saved this meanwhile. Compare, then save again.
       *[other] { $by } saved this on { $at }. Compare, then save again.
    }
}
reason-conflict = Others are saving the same records. Try again.
reason-contract-not-signed = The contract is not signed. Sign it first, then create the event.
reason-contract-has-event = The contract has an event, so it stays signed.
reason-still-in-charge = They still have clients or events. Name a successor of the same department.
reason-last-gestion = This is the last gestion account. Make another one first.
reason-wrong-role = This collaborator is of another department. Choose somebody else.
reason-not-a-successor = The successor must be another collaborator of the same department. Choose somebody else.
reason-busy = The server has too much to do. Try again in a moment.
reason-too-many-streams = This session has too many open streams of changes.
reason-database-unavailable = The server's database does not answer.
reason-shutting-down = The server is stopping.
reason-internal = { $trace ->
    [none] Something went wrong on the server, and has been noted there. Try again, or tell your administrator.
   *[other] Server error { $trace }: it has been noted there. Try again, or tell your administrator.
}

## Field errors, displayed below the field
field-error-missing = is required
field-error-too-long = has more than { $limit } characters
field-error-too-short = has fewer than { $limit } characters
field-error-control-character = contains a character that does not print
field-error-not-an-email = is not an email address like name@example.org
field-error-not-a-phone = is not a phone number: 4 to 15 digits, such as +33 6 12 34 56 78
field-error-not-a-role = is not one of gestion, commercial and support
field-error-not-a-record = is not one of collaborator, client, contract and event
field-error-not-a-uuid = is not a UUID
field-error-not-a-date = is not a day between 2000 and 2199
field-error-not-a-time = is not a moment between 2000 and 2199
field-error-negative = is negative
field-error-too-large = is more than { $limit }
field-error-above-total = is more than the total
field-error-ends-before-start = ends before it starts
field-error-not-an-etag = is not a version of this record
field-error-not-a-page-token = is not a page of this list
field-error-unknown-order = is not one of: { $limit }
field-error-too-guessable = is too easy to guess
field-error-unchanged = is the password you have now
field-error-not-a-successor = is not another collaborator of the same department
field-error-wrong-role = is of another department
field-error-no-such-record = no longer exists
field-error-wrong-password = is not your password
field-error-email-taken = belongs to somebody else already
field-error-has-event = has an event already
field-error-not-signed = is not signed

## Parse errors of typed values
parse-error-empty = is required
parse-error-not-an-amount = is not an amount: type 12400, 12 400.50 or 12,400.50
parse-error-too-precise = has more than two digits after the cents' separator
parse-error-not-a-number = is not a whole number
parse-error-too-large = is too large a number
parse-error-not-a-date = is not a day: type day/month/year, such as 12/09/2026
parse-error-no-such-day = no such day: the day comes first, then the month
parse-error-not-a-moment = is not a moment: type 12/09/2026 18:00 or tomorrow 9am
parse-error-day-missing = the day is missing: type 12/09/2026 18:00 or tomorrow 9am
parse-error-time-missing = the time is missing: type 18:00 after the day
parse-error-no-such-time = no such time: hours go to 23, minutes to 59
parse-error-clock-skips = no such time: the clocks skip it that night

## Reasons why the server is unavailable; `offline-next` adds the time of the next attempt
offline-refused = Nothing answers at { $server }.
offline-unreachable = { $server } cannot be reached.
offline-timed-out = { $server } does not answer in time.
offline-untrusted = The certificate of { $server } is not trusted.
offline-other = { $server } does not answer as it should.

## Errors in the settings
setting-source-command-line = on the command line
setting-source-environment = in the environment
setting-source-file = in the settings file
setting-server = “{ $value }” { $source } is not a server’s address such as https://crm.example.org:50051.
setting-insecure = “{ $value }” { $source } would send passwords across the network in the clear. Use https://, or say --insecure.
setting-lang = “{ $value }” { $source } is not a language: en or fr.
setting-time-zone = “{ $value }” { $source } is not a time zone such as Europe/Paris.
setting-ca = The certificate file { $value } cannot be read: { $cause }.
setting-ca-invalid = { $value } holds no certificate in PEM form.
setting-file = The settings file { $value } cannot be read: { $cause }.
server-unusable = { $server } cannot be used as a server: { $cause }
no-terminal = epic needs a terminal: start it without a pipe.
no-demo = This epic was built without the demo. Start it with a server’s address: epic --server URL
demo-failed = The demo cannot start: { $cause }
terminal-failed = The terminal cannot be used: { $cause }
