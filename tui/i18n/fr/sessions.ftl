# Sessions d’un collaborateur
sessions-own = Vos connexions
sessions-of = Connexions de { $name }
sessions-none = Aucune connexion.
session-unnamed = Un client sans nom
session-here = celle-ci
session-used = dernier usage : { $when }
session-begun = début : { $when }
question-end-title = Mettre fin à cette connexion ?
question-end = « { $device } » sera déconnecté aussitôt ; ce qui n’y est pas enregistré sera perdu. Y mettre fin ?
question-end-this = C’est la connexion où vous êtes : vous serez déconnecté aussitôt. Y mettre fin ?
status-session-ended = ✓ La connexion est terminée.
key-sessions = connexions
key-end-session = mettre fin
place-sessions = connexions
