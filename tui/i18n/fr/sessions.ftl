# Sessions d’un collaborateur
sessions-own = Vos connexions
sessions-of = Connexions de { $name }
sessions-none = Aucune connexion.
session-unnamed = Client sans nom
session-current = celle-ci
session-used = dernier usage : { $when }
session-created = début : { $when }
confirm-end-title = Mettre fin à cette connexion ?
confirm-end = « { $device } » sera déconnecté immédiatement, et la saisie non enregistrée y sera perdue. Y mettre fin ?
confirm-end-this = C’est votre connexion actuelle : vous serez déconnecté immédiatement. Y mettre fin ?
status-session-ended = ✓ La connexion est terminée.
key-sessions = connexions
key-end-session = mettre fin
context-sessions = connexions
