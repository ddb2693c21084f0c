### Messages sur les données externes : erreurs du serveur, erreurs de champ, dates, réglages.

## Départements
role-gestion = gestion
role-commercial = commercial
role-support = support
either = { $others } ou { $last }

## Mois et jours
month-1 = janv.
month-2 = févr.
month-3 = mars
month-4 = avr.
month-5 = mai
month-6 = juin
month-7 = juil.
month-8 = août
month-9 = sept.
month-10 = oct.
month-11 = nov.
month-12 = déc.
day-of-month = { $day ->
    [1] 1er { $month }
   *[other] { $day } { $month }
}

## Raisons pour lesquelles la politique d’accès refuse une action, pour la ligne d’état
denied-unlisted = ce serveur ne sait pas faire cela
denied-role = réservé au département { $allowed }
denied-not-yours = réservé à la personne qui en est chargée
denied-already-assigned = quelqu’un en est déjà chargé
denied-field = réservé : { $allowed }
denied-action = seul le département { $allowed } peut { $what }
denied-not-in-charge = réservé à { $name }, qui en a la charge
denied-not-its-support = réservé à son support, { $name }
denied-unassigned = personne n’en a la charge : à la gestion d’affecter quelqu’un
denied-in-charge = { $name } en a déjà la charge
can-new-collaborators = ajouter un collaborateur
can-new-clients = ajouter un client
can-new-contracts = ajouter un contrat
can-new-events = ajouter un événement
can-edit-collaborators = modifier un collaborateur
can-edit-clients = modifier un client
can-edit-contracts = modifier un contrat
can-edit-events = modifier un événement
can-assign-clients = affecter un commercial
can-assign-events = affecter un support
can-delete-collaborators = supprimer un collaborateur
can-password-collaborators = remplacer un mot de passe

## Raisons d’erreur du serveur ; un argument sans valeur vaut `none`
reason-token-missing = Vous n’êtes pas connecté. Connectez-vous à nouveau.
reason-token-invalid = Le serveur ne connaît pas cette session. Connectez-vous à nouveau.
reason-token-expired = La session a expiré. Connectez-vous à nouveau.
reason-session-ended = Votre session est terminée. Connectez-vous à nouveau.
reason-login-failed = L’adresse e-mail ou le mot de passe est faux. Vérifiez les deux et réessayez.
reason-too-many-attempts = Trop de mots de passe faux. Attendez avant le prochain essai.
reason-password-change-required = Choisissez d’abord votre propre mot de passe.
reason-role-not-allowed = { $allowed ->
    [none] C’est l’affaire d’un autre département.
   *[other] Réservé au département { $allowed }. Demandez à un collègue de ce département.
}
reason-not-yours = Seule la personne qui en est chargée peut le faire.
reason-already-assigned = Le client a déjà un commercial. Actualisez pour voir lequel.
reason-field-not-allowed = { $allowed ->
    [none] Ceci est l’affaire d’un autre département.
   *[other] Seul le département { $allowed } peut changer ceci. Demandez à un collègue de ce département.
}
reason-unknown-rpc = Ce serveur ne sait pas faire cela. Il est peut-être plus ancien que votre client : prévenez votre administrateur.
reason-no-such-record = { $record ->
    [collaborator] Ce collaborateur n’existe plus. Actualisez la liste.
    [client] Ce client n’existe plus. Actualisez la liste.
    [contract] Ce contrat n’existe plus. Actualisez la liste.
    [event] Cet événement n’existe plus. Actualisez la liste.
   *[other] Cette fiche n’existe plus. Actualisez la liste.
}
reason-email-taken = Quelqu’un d’autre a déjà cette adresse e-mail. Donnez-en une autre.
reason-event-exists = Le contrat a déjà un événement. Modifiez celui-là.
reason-request-id-taken = Ceci a déjà été envoyé avec d’autres valeurs. Fermez le formulaire et rouvrez-le.
reason-invalid-field = { $errors ->
    [none] Quelque chose ne va pas dans l’envoi. Vérifiez les champs et réessayez.
   *[other] À corriger d’abord : { $errors }.
}
reason-malformed-request = Le serveur ne comprend pas cet envoi. Il est peut-être d’une autre version que votre client : prévenez votre administrateur.
reason-message-too-large = C’est plus de texte que le serveur n’en accepte. Raccourcissez et enregistrez à nouveau.
reason-etag-outdated = { $by ->
    [none] Quelqu’un a enregistré cette fiche entre-temps. Comparez, puis enregistrez à nouveau.
   *[other] { $at ->
        [none] { $by } a enregistré cette fiche entre-temps. Comparez, puis enregistrez à nouveau.
       *[other] { $by } a enregistré cette fiche le { $at }. Comparez, puis enregistrez à nouveau.
    }
}
reason-conflict = D’autres enregistrent les mêmes fiches. Réessayez.
reason-contract-not-signed = Le contrat n’est pas signé. Signez-le d’abord, puis créez l’événement.
reason-contract-has-event = Le contrat a un événement : il reste signé.
reason-still-in-charge = Cette personne a encore des clients ou des événements. Nommez un successeur du même département.
reason-last-gestion = C’est le dernier compte gestion. Créez-en d’abord un autre.
reason-wrong-role = Cette personne est d’un autre département. Choisissez quelqu’un d’autre.
reason-not-a-successor = Le successeur doit être un autre collaborateur du même département. Choisissez quelqu’un d’autre.
reason-busy = Le serveur a trop à faire. Réessayez dans un instant.
reason-too-many-streams = Les changements sont déjà suivis assez de fois dans cette session.
reason-database-unavailable = La base de données du serveur ne répond pas.
reason-shutting-down = Le serveur s’arrête.
reason-internal = { $trace ->
    [none] Une erreur s’est produite sur le serveur, qui l’a notée. Réessayez, ou prévenez votre administrateur.
   *[other] Erreur { $trace } du serveur, qui l’a notée. Réessayez, ou prévenez votre administrateur.
}

## Erreurs de champ, affichées sous le champ
field-error-missing = est obligatoire
field-error-too-long = a plus de { $limit } caractères
field-error-too-short = a moins de { $limit } caractères
field-error-control-character = contient un caractère qui ne s’imprime pas
field-error-not-an-email = n’est pas une adresse e-mail comme nom@exemple.fr
field-error-not-a-phone = n’est pas un numéro de téléphone : 4 à 15 chiffres, comme +33 6 12 34 56 78
field-error-not-a-role = n’est ni gestion, ni commercial, ni support
field-error-not-a-record = n’est pas l’un de : collaborateur, client, contrat, événement
field-error-not-a-uuid = n’est pas un UUID
field-error-not-a-date = n’est pas un jour entre 2000 et 2199
field-error-not-a-time = n’est pas un moment entre 2000 et 2199
field-error-negative = est négatif
field-error-too-large = dépasse { $limit }
field-error-above-total = dépasse le total
field-error-ends-before-start = finit avant de commencer
field-error-not-an-etag = n’est pas une version de cette fiche
field-error-not-a-page-token = n’est pas une page de cette liste
field-error-unknown-order = n’est pas parmi : { $limit }
field-error-too-guessable = est trop facile à deviner
field-error-unchanged = est le mot de passe que vous avez déjà
field-error-not-a-successor = n’est pas un autre collaborateur du même département
field-error-wrong-role = est d’un autre département
field-error-no-such-record = n’existe plus
field-error-wrong-password = n’est pas votre mot de passe
field-error-email-taken = est déjà à quelqu’un d’autre
field-error-has-event = a déjà un événement
field-error-not-signed = n’est pas signé

## Erreurs d’analyse des valeurs saisies
parse-error-empty = est obligatoire
parse-error-not-an-amount = n’est pas un montant : tapez 12400, 12 400,50 ou 12.400,50
parse-error-too-precise = a plus de deux chiffres après la virgule
parse-error-not-a-number = n’est pas un nombre entier
parse-error-too-large = est un nombre trop grand
parse-error-not-a-date = n’est pas un jour : tapez jour/mois/année, comme 12/09/2026
parse-error-no-such-day = ce jour n’existe pas : le jour vient d’abord, puis le mois
parse-error-not-a-moment = n’est pas un moment : tapez 12/09/2026 18:00 ou demain 9h
parse-error-day-missing = le jour manque : tapez 12/09/2026 18:00 ou demain 9h
parse-error-time-missing = l’heure manque : tapez 18h après le jour
parse-error-no-such-time = cette heure n’existe pas : les heures vont à 23, les minutes à 59
parse-error-clock-skips = cette heure n’existe pas : les horloges la sautent cette nuit-là

## Raisons de l’indisponibilité du serveur ; `offline-next` ajoute l’heure du prochain essai
offline-refused = Rien ne répond à { $server }.
offline-unreachable = { $server } est injoignable.
offline-timed-out = { $server } ne répond pas à temps.
offline-untrusted = Le certificat de { $server } n’est pas de confiance.
offline-other = { $server } ne répond pas comme il devrait.

## Erreurs dans les réglages
setting-source-command-line = sur la ligne de commande
setting-source-environment = dans l’environnement
setting-source-file = dans le fichier de réglages
setting-server = « { $value } » { $source } n’est pas une adresse de serveur comme https://crm.exemple.fr:50051.
setting-insecure = « { $value } » { $source } enverrait les mots de passe en clair sur le réseau. Utilisez https://, ou dites --insecure.
setting-lang = « { $value } » { $source } n’est pas une langue : en ou fr.
setting-time-zone = « { $value } » { $source } n’est pas un fuseau horaire comme Europe/Paris.
setting-ca = Le fichier de certificat { $value } est illisible : { $cause }.
setting-ca-invalid = { $value } ne contient pas de certificat au format PEM.
setting-file = Le fichier de réglages { $value } est illisible : { $cause }.
server-unusable = { $server } est inutilisable comme serveur : { $cause }
no-terminal = epic a besoin d’un terminal : lancez-le sans tube.
no-demo = Cet epic a été construit sans la démo. Donnez l’adresse d’un serveur : epic --server URL
demo-failed = La démo ne peut pas démarrer : { $cause }
terminal-failed = Le terminal est inutilisable : { $cause }
