# Sessions of a collaborator
sessions-own = Your sessions
sessions-of = Sessions of { $name }
sessions-none = No active sessions.
session-unnamed = Unnamed client
session-current = here
session-used = last used { $when }
session-created = started { $when }
confirm-end-title = End this session?
confirm-end = “{ $device }” will be signed out immediately, and can continue there only after signing in again. End it?
confirm-end-this = This is your current session: you will be signed out immediately. End it?
status-session-ended = The session has ended.
key-sessions = sessions
key-own-sessions = my sessions
key-end-session = end
context-sessions = sessions
