# Modifications par d’autres utilisateurs, signalées en direct
status-record-deleted = { $by ->
    [none] « { $name } » a été supprimé.
   *[other] { $by } a supprimé « { $name } ».
}
form-record-saved = { $by ->
    [none] Le serveur vient d’enregistrer cette fiche.
   *[other] { $by } vient d’enregistrer cette fiche. L’enregistrement gardera vos modifications et les siennes, et ne demandera que pour un champ modifié des deux côtés.
}
form-record-deleted = { $by ->
    [none] Cette fiche vient d’être supprimée. Votre saisie est conservée, mais ne peut plus être enregistrée.
   *[other] { $by } vient de supprimer cette fiche. Votre saisie est conservée, mais ne peut plus être enregistrée.
}

# Historique
history-title = Historique de « { $name } »
history-none = Aucune modification n’est encore enregistrée.
history-created = { $who } a créé cette fiche
history-changed = { $who } a modifié { $field } : { $old } → { $new }
history-set = { $who } a renseigné { $field } : { $new }
history-emptied = { $who } a effacé { $field }, auparavant { $old }
history-touched = { $who } a modifié { $field }
history-changed-many = { $who } a modifié cette fiche
history-deleted = { $who } a supprimé cette fiche
history-session-ended = { $who } a mis fin à l’une de ses propres sessions
history-session-revoked = { $who } a mis fin à l’une de ses sessions
history-token-reused = Le serveur a mis fin à l’une de ses sessions, car son jeton a été utilisé deux fois et a pu être volé
history-unknown = { $who } a effectué une modification que cette version ne prend pas en charge ({ $rpc })
history-lines = { $sentence } :
history-field = { $field } :
history-not-shown = non affiché
history-server = Le serveur
history-operator = { $name } sur le serveur ({ $command })
when-today = aujourd’hui à { $time }
when-yesterday = hier à { $time }
when-today-short = auj. { $time }
when-yesterday-short = hier
# A past time in a sentence, on another day than today and yesterday.
when-date = le { $date } à { $time }
quoted = « { $text } »
key-history = historique
key-in-full = en entier
context-history = historique
