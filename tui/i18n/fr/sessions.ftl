# Sessions d’un collaborateur
sessions-own = Vos connexions
sessions-of = Connexions de { $name }
sessions-none = Aucune connexion.
session-unnamed = Un client sans nom
session-current = celle-ci
session-used = dernier usage : { $when }
session-created = début : { $when }
confirm-end-title = Mettre fin à cette connexion ?
confirm-end = « { $device } » sera déconnecté aussitôt ; ce qui n’y est pas enregistré sera perdu. Y mettre fin ?
confirm-end-this = C’est la connexion où vous êtes : vous serez déconnecté aussitôt. Y mettre fin ?
status-session-ended = ✓ La connexion est terminée.
key-sessions = connexions
key-end-session = mettre fin
context-sessions = connexions
