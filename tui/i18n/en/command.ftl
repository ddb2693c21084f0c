### Commands: what they ask and answer on a line of a shell.

command-not-signed-in = You are not signed in, or your session has ended. Sign in with: epic login
command-unexpected = The server answers with something that this version does not know.
command-labelled = { $label }: { $text }
command-me = { $name } <{ $email }>, { $role }
command-more = There are more than these { $count }: --limit shows more, --all shows all.
command-progress = { $count } written
command-invalid = Nothing is saved, because of:
command-no-such-field = There is no field “{ $field }”. The fields are: { $fields }.
command-no-such-name = Nothing has the name “{ $name }”.
command-ambiguous = “{ $name }” may be one of { $count }. Nothing is done. Give the number of one of these:
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
command-delete-successor = Delete { $name }? { $successor } takes over what they are in charge of. This cannot be undone.
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
command-clock-behind = The clock of this machine is behind the server’s. Set it.
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
