# Sessions d’un collaborateur
sessions-own = Vos sessions
sessions-of = Sessions : { $name }
sessions-none = Aucune session active.
session-unnamed = Client sans nom
session-current = ici
session-used = dernier usage : { $when }
session-created = début : { $when }
confirm-end-title = Mettre fin à cette session ?
confirm-end = « { $device } » sera déconnecté immédiatement, et devra se reconnecter pour continuer. Y mettre fin ?
confirm-end-this = C’est votre session actuelle : vous serez déconnecté immédiatement. Y mettre fin ?
status-session-ended = La session est terminée.
key-sessions = sessions
key-own-sessions = mes sessions
key-end-session = mettre fin
context-sessions = sessions
