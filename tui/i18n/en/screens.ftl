# Tabs and records
tab-collaborators = Collaborators
tab-clients = Clients
tab-contracts = Contracts
tab-events = Events
record-collaborator = Collaborator { $id }
record-client = Client { $id }
record-contract = Contract { $id }
record-event = Event { $id }
empty-collaborators = No collaborators yet.
empty-clients = No clients yet.
empty-contracts = No contracts yet.
empty-events = No events yet.
# A list without records that is restricted to a client, a contract or a collaborator.
empty-related-clients = “{ $name }” has no client yet.
empty-related-contracts = “{ $name }” has no contract yet.
empty-related-events = “{ $name }” has no event yet.
empty-new-help = n  adds the first one
no-match = No match. Ctrl-U clears the search.
order-newest = newest first ↓
position = { $row } of { $total }
position-end = end
position-before-end = end − { $rows }
row-kept = no longer in this list
list-not-loaded = Not loaded: no connection.
list-failed = The list could not be loaded.
list-failed-help = r  tries again
nothing-found = No match for “{ $search }”.
nothing-found-filtered = No match for “{ $search }” in “{ $filters }”.
nothing-here = No record has these filters.
nothing-here-help = Esc  shows all again
nothing-here-opening-help = Esc  back to “{ $filter }”
nothing-here-search-help = Esc  ends the search
nothing-here-link-help = Esc  goes back
nothing-here-parent-help = Esc  leaves “{ $name }”
nothing-here-as-opened-help = f  shows the others
loading = Loading…
name-you = { $name } (you)
pane-changes = Last changes
pane-more-below = { $count ->
    [one] { $count } more line
   *[other] { $count } more lines
}
pane-more-above = back up
share-paid = { $percent } % paid
recent-created = created
recent-cleared = removed
recent-session = sessions
recent-other = changed
recent-you = you
nobody = nobody
yes = yes
no = no
search-label = / search:{" "}
filter-parent = of { $name }

# Columns
column-id = Id
column-name = Name
column-role = Role
column-email = Email
column-phone = Phone
column-company = Company
column-commercial = Commercial
column-updated = Updated
column-in-charge = In charge of
column-event-title = Title
column-client = Client
column-total = Total €
column-remaining = Due €
column-date = Date
column-signed = State
column-start = Starts
column-location = Location
column-attendees = Attendees
column-support = Support
column-created = Created

# Fields
field-name = Name
field-email = Email
field-phone = Phone
field-company = Company
field-role = Role
field-commercial = Commercial
field-created = Created
field-updated = Updated
field-in-charge = In charge of
field-password = Password
field-current-password = Current password
field-new-password = New password
field-repeated-password = Repeat new password
field-successor = Successor
field-client = Client
field-event-title = Event title
field-total = Total
field-paid = Paid
field-owner = In charge
field-remaining = Due
field-date = Date
field-signed = Signed
field-event = Event
field-contract = Contract
field-start = Starts
field-end = Ends
field-length = Lasts
field-support = Support
field-location = Location
field-attendees = Attendees
field-note = Note
strength-0 = very weak
strength-1 = weak
strength-2 = fair
strength-3 = good
strength-4 = strong
hint-empty = 12 characters or more: a few unrelated words
hint-short = 12 characters or more, of any kind
hint-long = 128 characters at most
hint-personal = avoid your name, your email and the company
hint-common = similar passwords are common
hint-names = avoid first names and surnames
hint-keyboard = avoid adjacent keys
hint-repeats = avoid repetitions
hint-sequence = avoid sequences such as abc or 123
hint-date = avoid dates and years
hint-more-words = add one or two uncommon words
hint-end-moved = { $length }, moved with the start
field-error-not-repeated = is not the same as the new password

# States
state-paid = paid
state-signed = signed
state-to-sign = to sign
state-one-time-password = one-time, not changed yet
event-numbered = number { $id }
event-none-yet = none yet
noun-clients = { $count ->
    [one] client
   *[other] clients
}
noun-contracts = { $count ->
    [one] contract
   *[other] contracts
}
noun-events = { $count ->
    [one] event
   *[other] events
}
assigned-clients = { $count ->
    [0] no client
    [one] { $count } client
   *[other] { $count } clients
}
assigned-events = { $count ->
    [0] no event
    [one] { $count } event
   *[other] { $count } events
}

# Filters
filter-all = All
filter-mine = Mine
filter-gestion = Gestion
filter-commercial = Commercial
filter-support = Support
filter-unassigned = No commercial
filter-unsigned = To sign
filter-debtor = Money due
filter-no-event = Signed, no event
filter-no-support = No support
filter-upcoming = Upcoming

# Menus
menu-filter = Show only
menu-sort = Sort by
menu-go = Go to
go-client = the client
go-clients = their clients
go-contract = the contract
go-contracts = their contracts
go-event = the event
go-event-none = its event, none yet
go-events = their events
go-commercial = the commercial

# Forms
form-to-correct = { $count } to correct
hint-number = 0 to { $most }
hint-optional = optional
form-login = Sign in
form-own-password = Change my password
form-new-collaborator = New collaborator
form-edit-collaborator = Edit “{ $name }”
form-new-client = New client
form-edit-client = Edit “{ $name }”
form-new-contract = New contract
form-edit-contract = Edit “{ $name }”
form-new-event = New event
form-edit-event = Edit “{ $name }”
login-intro = Welcome. Please sign in.
login-resuming = Resuming your last session…
login-demo = This is a demo. Press a key, then Enter:
login-demo-server = demo on this machine
login-encrypted = encrypted
login-not-encrypted = not encrypted
signing-in = Signing in…
saving = Saving…
checking = Checking…
checking-waits = The server does not answer, so nothing is checked or saved yet. It continues automatically; Esc goes back to your input.
assigning-waits = The assignment waits for the server and continues automatically; Esc cancels it.
saving-waits = The save waits for the server and continues automatically. The fields are locked until then; Esc closes the form.
alternative-theirs = now on the server: { $value }
alternative-mine = your value: { $value }
notice-must-change = This is a one-time password. Choose your own before you start.
throttle-seconds = Too many wrong passwords. Try again in { $count } s.
throttle-minutes = Too many wrong passwords. Try again in { $count } min.
throttle-over = You can try again now.
nothing-to-save = There are no changes to save.

# Pick-lists
pick-commercial = Assign a commercial to “{ $name }”
pick-support = Who takes { $name }?
pick-client = Choose the client
pick-contract = Choose one of your signed contracts without an event
pick-contract-of = Choose a signed contract of { $name } without an event
successor-clients = { $count ->
    [one] { $count } client needs a successor
   *[other] { $count } clients need a successor
}
successor-events = { $count ->
    [one] { $count } event needs a successor
   *[other] { $count } events need a successor
}
pick-successor = Choose a successor
successor-none = their records become unassigned
support-free = free
support-busy = busy { $when }
support-busy-now = busy
strip-this = this event
strip-other = another event
support-checking = checking…
support-unchecked = not checked
support-none = take { $name } off this event
pick-now = now
pick-nothing = There is nothing to choose.
pick-no-contract = No signed contract is without an event: a contract is signed first.
pick-nobody = Last line: { $detail }
pick-waiting = Checking whether { $name } is free… Enter assigns without waiting, after a question.
commercial-stays = { $name } stays with this client: this cannot be changed later.
overlap-event = “{ $event }”, { $when }
overlap-events = { $count ->
    [0] { $first }
   *[other] { $first }, and { $count } more
}
support-week = { $count ->
    [0] none that week
    [one] { $count } event that week
   *[other] { $count } events that week
}

# Confirmations
confirm-discard-title = Discard your input?
confirm-discard = Your input is not saved. Close the form anyway?
confirm-waiting-title = The save is pending
confirm-waiting = The save has no answer yet: it may already be saved. It is not sent again. Close anyway?
confirm-saving-title = The save has been sent
confirm-saving = Closing the form does not cancel it. Close the form anyway?
confirm-first-title = Assign the first of the list?
confirm-first = { $who } is first in the list, and you have not moved in it. Assign “{ $what }” to { $who }?
confirm-final-title = Assign for good?
confirm-final = { $who } stays with “{ $what }”: this cannot be changed later. Assign “{ $what }” to { $who }?
confirm-busy-title = Busy at that time
confirm-busy = { $name } is already busy: { $events }. Assign anyway?
confirm-unchecked-title = Not checked
confirm-unchecked = It is not known whether { $name } is free at that time. Assign anyway?
confirm-overlap = { $name } already has another event at that time: { $events }. Save anyway?
confirm-overlap-unread = It is not known whether another event is at that time. { $error } Save anyway?
confirm-long-title = A long event
confirm-long = This event lasts { $length }, from { $from } to { $to }. Save it?
confirm-reset-title = New password
confirm-reset-yourself = This is your own account: you will be signed out immediately and need the new password to sign in. Replace it?
confirm-handover-title = Change the department?
confirm-handover-clients = { $count ->
    [one] { $count } client goes to { $successor }.
   *[other] { $count } clients go to { $successor }.
} Change { $name } to the department { $role }?
confirm-handover-events = { $count ->
    [one] { $count } event goes to { $successor }.
   *[other] { $count } events go to { $successor }.
} Change { $name } to the department { $role }?
confirm-own-role-title = Your own department
confirm-own-role = This is your own account: you will lose the rights of gestion immediately, and only another gestion account can give them back. Change your department to { $role }?
confirm-reset = Replace the password of { $name }? The old password stops working immediately, and all their sessions end.
delete-title = Delete { $name }?
delete-nothing = They are not in charge of any client or event.
delete-affects = They are in charge of:
delete-to = All of them will be assigned to { $name }.
delete-to-nobody = All of them will become unassigned. Press { $key } to choose a successor.
delete-yourself = This is your own account: you will be signed out immediately. This cannot be undone.
delete-rights = They will be signed out immediately. This cannot be undone.
secret-title = One-time password
secret-for = { $name } signs in with { $email } and this password, and then chooses a new one:
secret-once = It is displayed only once and is not stored. Pass it on before you continue.
secret-copied = ✓ Sent to the clipboard, if your terminal allows it.

# Status line
status-saved = “{ $name }” is saved.
status-saved-merged = Saved. Changed meanwhile by others: { $fields }.
status-created = “{ $name }” is added.
status-deleted = { $name } is deleted.
status-supports = { $who } supports “{ $what }”.
status-nobody-supports = Nobody supports “{ $what }” any more.
status-not-saved = Your input is not saved yet.
status-in-charge = { $who } is in charge of { $what }.
status-password-changed = Your password is changed.
status-input-full = Only { $limit } characters fit here.
status-paste-cut = Only { $limit } characters fit here; the rest is not pasted.
status-burst = Not done: the key came with others, as in a pasted text. Press it again.
status-unseen = Not done: the question was not yet on the screen. Answer it.
account-deleted = Your account is deleted. You can no longer sign in with it.
password-replaced = Your password is replaced. Sign in with the new password.
status-nothing-changed = Nothing has changed.
signed-out = You are signed out.
signed-out-here = You are signed out on this device, but the server has not ended the session: it ends by itself when it stays unused, by default after 12 hours. To end it now, sign in again and open the sessions with “o”.
previous-session-open = The session that you signed out of is still open: “o” lists it.
session-over = Your session has ended or could not be renewed. Sign in again to continue where you left off.
# $cause (text): why, such as “the disk is full”.
session-not-kept = The session is not stored: { $cause }.
cause-disk-full = the disk is full
cause-not-writable = the file or its folder is not writable
cause-no-home = you have no home folder
cause-no-folder = its folder cannot be created
server-back = The server is available again.
offline-next = { $cause } { $seconds ->
    [0] Next attempt now.
   *[other] Next attempt at { $at }, in { $seconds } s.
}
# After the key "r".
offline-retry-now = now
# The time of the data on the screen.
offline-shown = shown: { $time }
offline-trying = { $cause } Retrying…
mouse-on = The mouse is active again.
mouse-off = Mouse released: you can select text. m captures it again.
not-applicable-back = There is nothing to go back to.
not-applicable-here = This action does not apply here.
not-applicable-delete-clients = Clients cannot be deleted.
not-applicable-delete-contracts = Contracts cannot be deleted.
not-applicable-delete-events = Events cannot be deleted.
not-applicable-assign-collaborators = Collaborators cannot be assigned.
not-applicable-assign-contracts = A contract follows its client: assign the client.
not-applicable-password = Only collaborators have passwords.
not-applicable-no-record = No record is selected.
not-applicable-searching = The list is being loaded. Press the key again.
not-applicable-scroll = There is nothing to scroll.
not-applicable-already-open = The record is already open.
not-applicable-unsigned = Sign the contract first, then add its event.
too-small = Epic Events needs { $width } × { $height } characters; this window has { $has-width } × { $has-height }. Enlarge it.
too-small-quit = Epic Events needs { $width } × { $height } characters; this window has { $has-width } × { $has-height }. Enlarge it, or quit with Ctrl-C.

# Calendar
week-keys = { $back } { $ahead } week
month-keys = { $back } { $ahead } month
weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun
weekday-1 = Mo
weekday-2 = Tu
weekday-3 = We
weekday-4 = Th
weekday-5 = Fr
weekday-6 = Sa
weekday-7 = Su
month-name-1 = January
month-name-2 = February
month-name-3 = March
month-name-4 = April
month-name-5 = May
month-name-6 = June
month-name-7 = July
month-name-8 = August
month-name-9 = September
month-name-10 = October
month-name-11 = November
month-name-12 = December

# What a refused action would do, in "only { $allowed } can { $what }".
can-new-collaborators = add a collaborator
can-new-clients = add a client
can-new-contracts = add a contract
can-new-events = add an event
can-edit-collaborators = edit this collaborator
can-edit-clients = edit this client
can-edit-contracts = edit this contract
can-edit-events = edit this event
can-assign-clients = assign a commercial
can-assign-events = assign a support
can-delete-collaborators = delete this collaborator
can-password-collaborators = replace a password
