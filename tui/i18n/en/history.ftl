# Changes by other users, reported live
status-record-deleted = { $by ->
    [none] “{ $name }” has been deleted.
   *[other] { $by } has deleted “{ $name }”.
}
form-record-saved = { $by ->
    [none] This record has just been saved by the server.
   *[other] { $by } has just saved this record. Saving keeps your changes and theirs, and asks only about a field that both changed.
}
form-record-deleted = { $by ->
    [none] This record has just been deleted. Your input is kept, but can no longer be saved.
   *[other] { $by } has just deleted this record. Your input is kept, but can no longer be saved.
}

# History
history-title = History of “{ $name }”
history-none = No changes are recorded yet.
history-created = { $who } created it
history-changed = { $who } changed { $field } from { $old } to { $new }
history-set = { $who } set { $field } to { $new }
history-emptied = { $who } cleared { $field }, previously { $old }
history-touched = { $who } changed { $field }
history-changed-many = { $who } changed it
history-deleted = { $who } deleted it
history-session-ended = { $who } ended one of their own sessions
history-session-revoked = { $who } ended one of their sessions
history-token-reused = The server ended one of their sessions, because its token was used twice and may be stolen
history-unknown = { $who } made a change that this version does not support ({ $rpc })
history-lines = { $sentence }:
history-field = { $field }:
history-not-shown = not shown
history-server = The server
history-operator = { $name } on the server ({ $command })
when-today = today { $time }
when-yesterday = yesterday { $time }
when-today-short = today { $time }
when-yesterday-short = yesterday
# A past time in a sentence, on another day than today and yesterday.
when-date = on { $date } { $time }
quoted = “{ $text }”
key-history = history
key-in-full = in full
context-history = history
