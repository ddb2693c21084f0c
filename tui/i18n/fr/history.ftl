# Modifications par d’autres utilisateurs, signalées en direct
status-record-deleted = { $by ->
    [none] « { $name } » a été supprimé.
   *[other] { $by } a supprimé « { $name } ».
}
form-record-saved = { $by ->
    [none] Le serveur vient d’enregistrer cette fiche.
   *[other] { $by } vient d’enregistrer cette fiche. Enregistrer montre ce qui diffère.
}
form-record-deleted = { $by ->
    [none] Cette fiche vient d’être supprimée. Votre saisie reste ici, mais ne peut plus être enregistrée.
   *[other] { $by } vient de supprimer cette fiche. Votre saisie reste ici, mais ne peut plus être enregistrée.
}

# Historique
history-title = Historique de « { $name } »
history-none = Rien n’a encore été noté à son sujet.
history-created = { $who } a créé cette fiche, { $when }
history-changed = { $who } a changé { $field } de { $old } à { $new }, { $when }
history-set = { $who } a mis { $field } à { $new }, { $when }
history-emptied = { $who } a vidé { $field }, qui était { $old }, { $when }
history-touched = { $who } a changé { $field }, { $when }
history-changed-many = { $who } a changé cette fiche, { $when }
history-deleted = { $who } a supprimé cette fiche, { $when }
history-session-ended = { $who } a mis fin à l’une de ses propres sessions, { $when }
history-session-revoked = { $who } a mis fin à l’une de ses sessions, { $when }
history-token-reused = Le serveur a mis fin à l’une de ses sessions, { $when } : son jeton est revenu une seconde fois, comme le ferait un jeton volé
history-unknown = { $who } a fait quelque chose que cette version ne connaît pas ({ $rpc }), { $when }
history-lines = { $sentence } :
history-field = { $field } :
history-not-shown = non montré
history-server = Le serveur
history-operator = { $name } sur le serveur ({ $command })
when-today = aujourd’hui à { $time }
when-yesterday = hier à { $time }
quoted = « { $text } »
key-history = historique
key-in-full = en entier
context-history = historique
