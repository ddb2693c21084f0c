# Sessions of a collaborator
sessions-own = Where you are signed in
sessions-of = Where { $name } is signed in
sessions-none = Not signed in anywhere.
session-unnamed = A client without a name
session-here = this one
session-used = last used { $when }
session-begun = begun { $when }
question-end-title = End this session?
question-end = “{ $device }” is signed out at once; what was not saved there is lost. End it?
question-end-this = This is the session you are in: you are signed out at once. End it?
status-session-ended = ✓ The session has ended.
key-sessions = where signed in
key-end-session = end
place-sessions = sessions
