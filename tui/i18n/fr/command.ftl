### Commandes : ce qu’elles demandent et répondent sur une ligne de shell.

command-not-signed-in = Vous n’êtes pas connecté, ou votre session est terminée. Connectez-vous avec : epic login
command-unexpected = Le serveur répond par quelque chose que cette version ne connaît pas.
command-labelled = { $label } : { $text }
command-me = { $name } <{ $email }>, { $role }
command-more = Il y en a plus que ces { $count } : --limit en affiche davantage, --all les affiche tous.
command-progress = { $count } écrits
command-invalid = La commande est refusée à cause de :
command-no-such-field = Il n’y a pas de champ « { $field } ». Les champs sont : { $fields }.
command-no-such-name = Rien ne porte le nom « { $name } ».
command-ambiguous = « { $name } » peut désigner { $count } fiches. Rien n’est fait. Donnez le numéro de l’une d’elles, ou une plus grande partie de son nom :
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
command-delete-successor = Supprimer { $name } ? { $successor } ({ $role }) reprend ce qui est à sa charge. Cette action est définitive.
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
command-clock-behind = L’horloge de cette machine retarde de { $length } sur celle du serveur. Réglez-la.
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
command-ambiguous-more = « { $name } » figure dans trop de fiches pour savoir laquelle est désignée. Rien n’est fait. Donnez un numéro, ou une plus grande partie du nom :
command-part-of-name = « { $name } » n’est qu’une partie d’un nom. Rien n’est fait. Donnez le nom entier, ou le numéro :
command-not-a-number = « { $text } » n’est pas le numéro d’une fiche : les numéros des fiches commencent à 1.
command-no-name = Le nom de la fiche est vide. Donnez son numéro ou son nom.
command-not-a-session = « { $text } » n’est pas une session. Affichez les sessions avec : epic sessions
command-wrong-role = { $name } n’est pas du département { $role }.
command-has-event = Le contrat « { $name } » a déjà un événement.
command-not-signed = Le contrat « { $name } » n’est pas signé.

## Reasons of the server whose sentences differ from those of the screen
command-reason-password-change-required = Votre mot de passe est à usage unique. Choisissez le vôtre avec : epic password
command-reason-already-assigned = Le client a déjà un commercial.
command-reason-no-such-record = { $record ->
    [collaborator] Ce collaborateur n’existe pas.
    [client] Ce client n’existe pas.
    [contract] Ce contrat n’existe pas.
    [event] Cet événement n’existe pas.
   *[other] Cette fiche ou cette session n’existe pas.
}
command-reason-request-id-taken = Ce --request-id a déjà été utilisé avec d’autres valeurs. Générez-en un autre.
command-reason-request-id-reused = Une autre demande a déjà utilisé ce --request-id. Générez-en un autre.
command-reason-invalid-field = La commande est refusée à cause de :
command-reason-message-too-large = Le texte est trop long pour le serveur. Raccourcissez-le.
command-reason-etag-outdated = { saved-elsewhere } Lisez sa dernière version, puis relancez la commande.
command-reason-still-in-charge = Ce collaborateur est encore responsable de clients ou d’événements. Nommez un successeur du même département par --successor.

## Files, the session and the terminal
command-clock-ahead = L’horloge de cette machine avance de { $length } sur celle du serveur. Réglez-la.
command-not-read = Lecture de l’entrée standard impossible : { $cause }.
command-of-batch = { $option } vaut pour toutes les lignes : donnez cette option à epic batch.
command-not-written = { $file } : écriture impossible, { $cause }.
command-standard-output = La sortie standard
command-password-on-terminal = epic password demande l’ancien et le nouveau mot de passe et a besoin d’un terminal. Un mot de passe n’est jamais un argument.
command-session-shared = { $file } pouvait être lu par d’autres. Vous seul pouvez désormais le lire.
command-signed-out-here = Vous êtes déconnecté de cette machine, mais le serveur n’a pas été prévenu : { $cause } La session y prend fin quand elle reste inutilisée, ou par : epic sessions end
cause-not-found = le fichier ou son dossier n’existe pas
cause-denied = permission refusée
cause-folder = c’est un dossier
cause-not-a-folder = une partie de son chemin n’est pas un dossier
cause-read-only = le disque est en lecture seule
cause-exists = un fichier de ce nom existe déjà
cause-long-name = le nom est trop long
cause-not-utf-8 = un texte n’est pas de l’UTF-8 valide
cause-no-file = ce n’est pas un fichier ordinaire
cause-too-large = le fichier est trop volumineux
usage-no-value = Il manque la valeur de { $option }.
usage-unbalanced-quote = Un guillemet n’est pas fermé.
usage-repeated = { $option } figure deux fois.
usage-takes-no-value = { $option } n’attend pas de valeur.
usage-not-utf-8 = Un texte de la ligne de commande n’est pas de l’UTF-8 valide.
usage-no-command = { $command } attend une commande : { $commands }.
usage-unexpected = « { $option } » n’est pas attendu ici.
