# Sessions of a collaborator
sessions-own = Where you are signed in
sessions-of = Where { $name } is signed in
sessions-none = Not signed in anywhere.
session-unnamed = A client without a name
session-current = this one
session-used = last used { $when }
session-created = begun { $when }
confirm-end-title = End this session?
confirm-end = “{ $device }” is signed out at once; what was not saved there is lost. End it?
confirm-end-this = This is the session you are in: you are signed out at once. End it?
status-session-ended = ✓ The session has ended.
key-sessions = where signed in
key-end-session = end
context-sessions = sessions
