### Commands: what they ask and answer on a line of a shell.

command-not-signed-in = You are not signed in, or your session has ended. Sign in with: epic login
command-unexpected = The server answers with something that this version does not know.
command-labelled = { $label }: { $text }
command-me = { $name } <{ $email }>, { $role }
command-more = There are more than these { $count }: --limit shows more, --all shows all.
command-progress = { $count } written
command-invalid = The command is refused because of:
command-no-such-field = There is no field “{ $field }”. The fields are: { $fields }.
command-no-such-name = Nothing has the name “{ $name }”.
command-ambiguous = “{ $name }” may be one of { $count }. Nothing is done. Give the number of one of these, or more of its name:
command-candidate = { $id } { $name }
command-question = { $question } [y/N]
command-answers-yes = y yes
command-declined = Nothing is done.
command-needs-yes = { $question } Nothing is done: answer with --yes, or run the command on a terminal.
command-only-events = Only events are a calendar. Choose another format.
command-delete = { $count ->
    [0] Delete { $name }? This cannot be undone.
    [one] Delete { $name }? The one record that they are in charge of stays without anybody in charge. This cannot be undone.
   *[other] Delete { $name }? The { $count } records that they are in charge of stay without anybody in charge. This cannot be undone.
}
command-delete-successor = Delete { $name }? { $successor } ({ $role }) takes over what they are in charge of. This cannot be undone.
command-one-time-password = One-time password, shown once
command-password-first = Your password is a one-time password. Choose your own with: epic password
command-password-file = The password cannot be read from { $file }: { $cause }.
command-no-terminal = There is no terminal to ask on. Set EPIC_EMAIL and EPIC_PASSWORD_FILE.
command-session-id = Session
command-session-device = Device
command-session-used = Last used
command-watch-changed = { $what } saved by { $who }
command-watch-deleted = { $what } deleted by { $who }
command-line = Line { $line }: { $sentence }
command-not-in-batch = This command cannot be a line of a batch.
command-answers = { $server } answers in { $time } ms
command-clock = agrees with the server’s
command-clock-behind = The clock of this machine is { $length } behind that of the server. Set it.
command-check-version = version
command-check-language = language
command-check-time-zone = time zone
command-check-session-file = session file
command-check-server = server
command-check-session = session
command-check-clock = clock
usage-unknown-option = There is no option { $option }.
usage-unknown-command = There is no command { $command }.
usage-invalid-value = { $value } is not a value of { $option }. Its values are: { $values }.
usage-unreadable-value = { $value } cannot be read as a value of { $option }.
usage-missing = Missing: { $option }.
usage-conflict = { $option } cannot be used with { $other }.
usage-meant = { $sentence } Did you mean { $meant }?
usage-help = { $sentence } See epic --help.
command-ambiguous-more = “{ $name }” is in too many records to tell which one is meant. Nothing is done. Give a number, or more of the name:
command-part-of-name = “{ $name }” is only a part of a name. Nothing is done. Give the whole name, or the number:
command-not-a-number = “{ $text }” is not the number of a record: the numbers of records begin with 1.
command-no-name = The name of the record is empty. Give its number or its name.
command-not-a-session = “{ $text }” is not a session. List the sessions with: epic sessions
command-wrong-role = { $name } is not of the { $role } department.
command-has-event = The contract “{ $name }” already has an event.
command-not-signed = The contract “{ $name }” is not signed.

## Reasons of the server whose sentences differ from those of the screen
command-reason-password-change-required = Your password is a one-time password. Choose your own with: epic password
command-reason-already-assigned = The client already has a commercial.
command-reason-no-such-record = { $record ->
    [collaborator] There is no such collaborator.
    [client] There is no such client.
    [contract] There is no such contract.
    [event] There is no such event.
   *[other] There is no such record or session.
}
command-reason-request-id-taken = This --request-id was already used with other values. Generate another one.
command-reason-request-id-reused = Another request has already used this --request-id. Generate another one.
command-reason-invalid-field = The command is refused because of:
command-reason-message-too-large = The text is too long for the server. Shorten it.
command-reason-etag-outdated = { saved-elsewhere } Read its latest version, then repeat the command.
command-reason-still-in-charge = This collaborator is still in charge of clients or events. Name a successor of the same department with --successor.

## Files, the session and the terminal
command-clock-ahead = The clock of this machine is { $length } ahead of that of the server. Set it.
command-not-read = Standard input cannot be read: { $cause }.
command-of-batch = { $option } applies to all lines: give it to epic batch.
command-not-written = { $file } cannot be written: { $cause }.
command-standard-output = Standard output
command-password-on-terminal = epic password asks for the old and the new password and needs a terminal. A password is never an argument.
command-session-shared = { $file } could be read by others. Now only you can read it.
command-signed-out-here = You are signed out on this machine, but the server was not told: { $cause } The session ends there when it stays unused, or by: epic sessions end
cause-not-found = the file or its folder does not exist
cause-denied = permission denied
cause-folder = it is a folder
cause-not-a-folder = a part of its path is not a folder
cause-read-only = the disk is read-only
cause-exists = a file of this name exists
cause-long-name = the name is too long
cause-not-utf-8 = a text is not valid UTF-8
cause-no-file = it is not a regular file
cause-too-large = the file is too large
usage-no-value = { $option } has no value.
usage-unbalanced-quote = A quotation mark is not closed.
usage-repeated = { $option } is given twice.
usage-takes-no-value = { $option } takes no value.
usage-not-utf-8 = A text on the command line is not valid UTF-8.
usage-no-command = { $command } needs a command: { $commands }.
usage-unexpected = “{ $option }” is not expected here.
