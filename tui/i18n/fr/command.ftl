### Commandes : ce qu’elles demandent et répondent sur une ligne de shell.

command-not-signed-in = Vous n’êtes pas connecté, ou votre session est terminée. Connectez-vous avec : epic login
command-unexpected = Le serveur répond par quelque chose que cette version ne connaît pas.
command-labelled = { $label } : { $text }
command-me = { $name } <{ $email }>, { $role }
command-more = Il y en a plus que ces { $count } : --limit en affiche davantage, --all les affiche tous.
command-progress = { $count } écrits
command-invalid = Rien n’est enregistré, à cause de :
command-no-such-field = Il n’y a pas de champ « { $field } ». Les champs sont : { $fields }.
command-no-such-name = Rien ne porte le nom « { $name } ».
command-ambiguous = « { $name } » peut désigner { $count } fiches. Rien n’est fait. Donnez le numéro de l’une d’elles :
command-candidate = { $id } { $name }
command-question = { $question } [o/N]
command-answers-yes = o oui y yes
command-declined = Rien n’est fait.
command-needs-yes = { $question } Rien n’est fait : répondez par --yes, ou lancez la commande dans un terminal.
command-only-events = Seuls les événements forment un calendrier. Choisissez un autre format.
command-delete = { $count ->
    [0] Supprimer { $name } ? Cette action est définitive.
    [one] Supprimer { $name } ? La seule fiche à sa charge n’aura plus de responsable. Cette action est définitive.
   *[other] Supprimer { $name } ? Les { $count } fiches à sa charge n’auront plus de responsable. Cette action est définitive.
}
command-delete-successor = Supprimer { $name } ? { $successor } reprend ce qui est à sa charge. Cette action est définitive.
command-one-time-password = Mot de passe à usage unique, affiché une seule fois
command-password-first = Votre mot de passe est à usage unique. Choisissez le vôtre avec : epic password
command-password-file = Le mot de passe ne peut pas être lu dans { $file } : { $cause }.
command-no-terminal = Il n’y a pas de terminal pour poser la question. Définissez EPIC_EMAIL et EPIC_PASSWORD_FILE.
command-session-id = Session
command-session-device = Appareil
command-session-used = Dernière utilisation
command-watch-changed = { $what } enregistré par { $who }
command-watch-deleted = { $what } supprimé par { $who }
command-line = Ligne { $line } : { $sentence }
command-not-in-batch = Cette commande ne peut pas être une ligne de batch.
command-answers = { $server } répond en { $time } ms
command-clock = d’accord avec celle du serveur
command-clock-behind = L’horloge de cette machine retarde sur celle du serveur. Réglez-la.
command-check-version = version
command-check-language = langue
command-check-time-zone = fuseau horaire
command-check-session-file = fichier de session
command-check-server = serveur
command-check-session = session
command-check-clock = horloge
usage-unknown-option = L’option { $option } n’existe pas.
usage-unknown-command = La commande { $command } n’existe pas.
usage-invalid-value = { $value } n’est pas une valeur de { $option }. Ses valeurs sont : { $values }.
usage-unreadable-value = { $value } n’est pas une valeur lisible pour { $option }.
usage-missing = Il manque { $option }.
usage-conflict = { $option } ne peut pas être utilisé avec { $other }.
usage-meant = { $sentence } Vouliez-vous dire { $meant } ?
usage-help = { $sentence } Voir epic --help.
