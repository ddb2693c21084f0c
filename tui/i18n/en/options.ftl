### The command line: descriptions of commands and options, in help, completions and manual pages.

## The help itself
cli-usage = Usage:
# clap adds a colon to headings.
cli-commands = Commands
cli-command = COMMAND
cli-arguments = Arguments
cli-options = Options
cli-global-options = Options of all commands
cli-values = { $text } ({ $values })
cli-only = Only: { $label }
cli-format-table = A table for people; tab-separated, as tsv, if the output is not a terminal
cli-format-json = One JSON value: an array of the API's messages, or one message
cli-format-jsonl = A JSON value on each line
cli-format-csv = Comma-separated values (RFC 4180), with a line of names
cli-format-tsv = Tab-separated values, with a line of names
cli-format-plain = The texts of the table, separated by tabs, without names and styles
cli-format-ics = A calendar (RFC 5545), of events only
cli-footer =
    Environment variables, for what the command line does not set:
      EPIC_SERVER     the server, as with --server
      EPIC_LANG       the language, as with --lang; default: the system's
      EPIC_TIME_ZONE  the time zone of all times, such as Europe/Paris; default: the system's
      EPIC_THEME      the colours, as with --theme; default: auto
      NO_COLOR        draw without colours
      EPIC_EMAIL, EPIC_PASSWORD_FILE
                      the account of a job, which has no kept session; also a systemd credential
                      named epic-password
      RUST_LOG        what to log, such as debug; default: warn,epic=info

    Settings file, for what neither of them sets: { $file }
      server = "http://127.0.0.1:50051"
      ca = "/etc/epic/ca.pem"
      insecure = false
      lang = "fr"
      time_zone = "Europe/Paris"
      theme = "dark"
      mouse = true

    The default server is http://127.0.0.1:50051.

## Headings of manual pages
man-name = NAME
man-extra = EXTRA

## Names of values
value-amount = AMOUNT
value-column = COLUMN
value-date = DATE
value-email = EMAIL
value-etag = ETAG
value-fields = FIELDS
value-file = FILE
value-folder = FOLDER
value-format = FORMAT
value-id = ID
value-id-name = ID|NAME
value-kind = KIND
value-kinds = KINDS
value-lang = LANG
value-n = N
value-name-id = NAME|ID
value-number = NUMBER
value-phone = PHONE
value-role = ROLE
value-shell = SHELL
value-text = TEXT
value-theme = THEME
value-token = TOKEN
value-url = URL
value-uuid = UUID
value-when = WHEN
value-yes-no = YES|NO

## Commands; $kind (text) is a kind of record
about = The terminal client of Epic Events, on a screen and on a line of a shell
about-demo = Run a demo: a server with sample data in this process, deleted at exit
about-login = Sign in: the password is asked for without echo, or read from EPIC_PASSWORD_FILE
about-logout = Sign out
about-me = Show who is signed in
about-password = Change the password, which is asked for without echo
about-sessions = List the sessions of the account, or end one
about-sessions-end = End a session
about-history = Show who has changed a record
about-watch = Print changes as they happen, until Ctrl-C
about-doctor = Check the settings, the connection, the session and the clock
about-batch = Run one command a line from standard input, over one connection
about-completions = Print the completions of a shell
about-man = Print the manual page, or write one for each command into a folder
about-reference = Print the reference of all commands, as in docs/cli.md
about-export = Write all records of a kind as CSV, JSON or a calendar
about-records = { $kind ->
    [collaborator] List, show and change collaborators
    [client] List, show and change clients
    [contract] List, show and change contracts
   *[event] List, show and change events
}
about-export-records = { $kind ->
    [collaborator] Export collaborators
    [client] Export clients
    [contract] Export contracts
   *[event] Export events
}
about-list = { $kind ->
    [collaborator] List collaborators
    [client] List clients
    [contract] List contracts
   *[event] List events
}
about-show = { $kind ->
    [collaborator] Show a collaborator
    [client] Show a client
    [contract] Show a contract
   *[event] Show an event
}
about-create = { $kind ->
    [collaborator] Create a collaborator
    [client] Create a client
    [contract] Create a contract
   *[event] Create an event
}
about-edit = { $kind ->
    [collaborator] Edit a collaborator
    [client] Edit a client
    [contract] Edit a contract
   *[event] Edit an event
}
about-sign = Mark a contract as signed
about-assign = { $kind ->
    [client] Assign a client to a commercial
   *[event] Assign an event to a support, or to nobody
}
about-delete = Delete a collaborator
about-reset-password = Replace the password of a collaborator by a one-time password

## Options
option-help = Print this help
option-version = Print the version
option-server = The server: http://host:port or https://host:port
option-ca = A PEM file with a certificate authority to trust in addition to the system's
option-insecure = Allow a server on another machine without TLS, which sends passwords unencrypted
option-lang = The language: en or fr
option-theme = The colours: auto (as the background, dark if the terminal does not tell it), dark, light, or terminal (its own 16)
option-no_mouse = Do not capture the mouse, so that the terminal can select text
option-format = The format; otherwise a table
option-fields = The fields, separated by commas, named as in JSON
option-raw = Write cells that a spreadsheet takes for a formula as they are, without an apostrophe
option-login-email = The email address; otherwise EPIC_EMAIL, or it is asked for
option-sessions-id = The session, as the list names it
option-kind = The kind of the record
option-history-record = The number of the record, or its name
option-since = Only changes from this date or time on: "yesterday", "12/9 18h", "2026-09-12T18:00:00Z"
option-history-limit = The most entries, the latest first; otherwise { $limit }
option-records = Only these kinds of record
option-resume = Continue after the change with this token, from --format json
option-keep_going = Continue after a command that fails. The exit code is that of the first one
option-shell = The shell
option-into = The folder
option-record = { $kind ->
    [collaborator] The number of the collaborator, or the name if no other has it
    [client] The number of the client, or the name if no other has it
    [contract] The number of the contract, or the title if no other has it
   *[event] The number of the event, or the title if no other has it
}
option-role-filter = Only collaborators of this role
option-client = Only those of this client
option-contract = Only those of this contract
option-commercial = Only those of this commercial
option-support = Only those of this support
option-from = Only those that end after this date or time: "today", "12/9 18h", "2026-09-12T18:00:00Z"
option-to = Only those that start before this time, or on this date or earlier
option-search = Only those that contain these parts of words
option-sort = The column that orders the list
option-desc = The largest value first
option-limit = The most records, at least 1; otherwise { $limit }
option-export-limit = The most records, at least 1; otherwise all
option-all = All records
option-export-all = All records, as without --limit
option-output = The file, which is replaced when all is written; otherwise standard output
option-yes = Answer every question with yes
option-if-etag = Change only this version of the record
option-request-id = The same request with the same UUID creates one record only, so a script can be repeated
option-owner = The collaborator, by number or by whole name
option-nobody = Nobody: the event has no support any more
option-successor = Who takes over what they are in charge of
