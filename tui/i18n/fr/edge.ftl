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
weekday-name-1 = lundi
weekday-name-2 = mardi
weekday-name-3 = mercredi
weekday-name-4 = jeudi
weekday-name-5 = vendredi
weekday-name-6 = samedi
weekday-name-7 = dimanche
length-days = { $count } j
length-hours = { $count } h
length-minutes = { $count } min

## Raisons pour lesquelles la politique d’accès refuse une action, pour la ligne d’état
denied-unlisted = ce serveur ne prend pas en charge cette action
denied-role = réservé au département { $allowed }
denied-not-yours = réservé à la personne responsable
denied-already-assigned = déjà affecté à un collaborateur
denied-field = réservé au département { $allowed }
denied-action = seul le département { $allowed } peut { $what }
denied-not-in-charge = c’est { $name }, responsable, qui peut { $what }
denied-not-its-support = c’est son support, { $name }, qui peut { $what }
denied-unassigned = personne n’est encore responsable : la gestion affecte d’abord quelqu’un
denied-in-charge = { $name } en est déjà responsable

## Raisons d’erreur du serveur ; un argument sans valeur vaut `none`
reason-token-missing = Vous n’êtes pas connecté. Connectez-vous à nouveau.
reason-token-invalid = Le serveur ne reconnaît pas cette session. Connectez-vous à nouveau.
reason-token-expired = La session a expiré. Connectez-vous à nouveau.
reason-session-ended = Votre session est terminée. Connectez-vous à nouveau.
reason-login-failed = L’adresse e-mail ou le mot de passe est incorrect. Vérifiez-les et réessayez.
reason-too-many-attempts = Trop de mots de passe incorrects. Patientez avant de réessayer.
reason-password-change-required = Choisissez d’abord votre propre mot de passe.
reason-role-not-allowed = { $allowed ->
    [none] Cette action est réservée à un autre département.
   *[other] Cette action est réservée au département { $allowed }. Adressez-vous à un collègue de ce département.
}
reason-not-yours = Seule la personne responsable peut effectuer cette action.
reason-already-assigned = Le client a déjà un commercial. Actualisez pour voir lequel.
reason-field-not-allowed = { $allowed ->
    [none] Ce champ est réservé à un autre département.
   *[other] Ce champ est réservé au département { $allowed }. Adressez-vous à un collègue de ce département.
}
reason-unknown-rpc = Ce serveur ne prend pas en charge cette action. Il est peut-être plus ancien que ce programme : contactez votre administrateur.
reason-no-such-record = { $record ->
    [collaborator] Ce collaborateur n’existe plus. Actualisez la liste.
    [client] Ce client n’existe plus. Actualisez la liste.
    [contract] Ce contrat n’existe plus. Actualisez la liste.
    [event] Cet événement n’existe plus. Actualisez la liste.
   *[other] Cette fiche n’existe plus. Actualisez la liste.
}
reason-email-taken = Cette adresse e-mail est déjà utilisée. Saisissez-en une autre.
reason-event-exists = Le contrat a déjà un événement. Modifiez plutôt cet événement.
reason-request-id-taken = Ce formulaire a déjà été envoyé avec d’autres valeurs. Fermez-le et rouvrez-le.
reason-invalid-field = { $errors ->
    [none] La requête n’est pas valide. Vérifiez les champs et réessayez.
   *[other] À corriger d’abord : { $errors }.
}
reason-malformed-request = Le serveur ne peut pas lire la requête. Sa version diffère peut-être de celle de ce programme : contactez votre administrateur.
reason-message-too-large = Le texte est trop long pour le serveur. Raccourcissez-le et enregistrez à nouveau.
saved-elsewhere = { $by ->
    [none] Un autre utilisateur a enregistré cette fiche.
   *[other] { $at ->
        [none] { $by } a enregistré cette fiche.
       *[other] { $by } a enregistré cette fiche { $at }.
    }
}
reason-etag-outdated = { saved-elsewhere } Vérifiez-la, puis réessayez.
# $key (text) : la touche qui passe à l’autre valeur d’un champ, s’il y en a une.
form-outdated = { saved-elsewhere } { $key ->
    [none] Comparez, puis enregistrez à nouveau.
   *[other] Comparez ({ $key } passe à l’autre valeur), puis enregistrez à nouveau.
}
form-merged = Modifié entre-temps par d’autres : { $fields }.
reason-conflict = D’autres utilisateurs enregistrent les mêmes fiches. Réessayez.
reason-contract-not-signed = Le contrat n’est pas signé. Signez-le d’abord, puis créez l’événement.
reason-request-id-reused = Une autre demande a déjà utilisé le numéro de celle-ci. Annulez et remplissez à nouveau le formulaire.
reason-contract-has-event = Le contrat a un événement : il reste signé.
reason-still-in-charge = Ce collaborateur est encore responsable de clients ou d’événements. Choisissez un successeur du même département.
reason-last-gestion = C’est le dernier compte de gestion. Créez-en d’abord un autre.
reason-wrong-role = Ce collaborateur appartient à un autre département. Choisissez un autre collaborateur.
reason-not-a-successor = Le successeur doit être un autre collaborateur du même département. Choisissez un autre successeur.
reason-busy = Le serveur est surchargé. Réessayez dans un instant.
reason-too-many-calls = Votre compte envoie trop de requêtes à la fois. Réessayez dans un instant.
reason-too-many-streams = Cette session a trop de flux de modifications ouverts.
reason-database-unavailable = La base de données du serveur ne répond pas.
reason-account-changing = Un compte est en cours de modification.
reason-shutting-down = Le serveur s’arrête.
reason-internal = { $trace ->
    [none] Une erreur s’est produite sur le serveur et y a été consignée. Réessayez, ou contactez votre administrateur.
   *[other] Erreur { $trace } du serveur, qui l’a consignée. Réessayez, ou contactez votre administrateur.
}
refused-without-reason = L’appel a été refusé avant d’arriver au serveur ({ $status }), par exemple par un serveur mandataire. Contactez votre administrateur.

## Erreurs de champ, affichées sous le champ
field-error-missing = est obligatoire
field-error-too-long = a plus de { $limit } caractères
field-error-too-short = a moins de { $limit } caractères
field-error-control-character = contient un caractère qui ne peut pas être affiché : supprimez-le
field-error-not-an-email = n’est pas une adresse e-mail comme nom@exemple.fr
field-error-not-a-phone = n’est pas un numéro de téléphone : 2 à 15 chiffres, comme +33 6 12 34 56 78 ou 01 23 45 67 89 poste 12
field-error-not-a-role = n’est ni gestion, ni commercial, ni support
field-error-not-a-record = n’est ni collaborateur, ni client, ni contrat, ni événement
field-error-not-a-uuid = n’est pas un UUID
field-error-not-a-date = n’est pas une date entre 2000 et 2199
field-error-not-a-time = n’est pas une date et heure entre 2000 et 2199
field-error-negative = est négatif
field-error-too-large = dépasse { $limit }
field-error-above-total = dépasse le total
field-error-ends-before-start = finit avant de commencer
field-error-not-an-etag = n’est pas une version de cette fiche
field-error-not-a-page-token = n’est pas une page de cette liste
field-error-unknown-order = n’est pas parmi : { $limit }
field-error-too-guessable = est trop facile à deviner
field-error-unchanged = est votre mot de passe actuel
field-error-not-a-successor = n’est pas un autre collaborateur du même département
field-error-wrong-role = appartient à un autre département
field-error-no-such-record = n’existe plus
field-error-wrong-password = n’est pas votre mot de passe actuel
field-error-email-taken = est déjà utilisé
field-error-has-event = a déjà un événement
field-error-not-signed = n’est pas signé

## Erreurs d’analyse des valeurs saisies
parse-error-empty = est obligatoire
parse-error-not-an-amount = n’est pas un montant : tapez 12400, 12 400,50 ou 12.400,50
parse-error-too-precise = a plus de deux chiffres après la virgule
parse-error-not-a-number = n’est pas un nombre entier
parse-error-too-large = est un nombre trop grand
parse-error-not-a-date = n’est pas une date : tapez jour/mois/année, comme 12/09/2026
parse-error-no-such-day = cette date n’existe pas : corrigez le jour ou le mois, comme dans 31/12/2026
parse-error-wrong-weekday = le { $date } est un { $weekday } : corrigez le jour ou la date
parse-error-not-a-moment = n’est pas une date et heure : tapez 12/09/2026 18:00 ou demain 9h
parse-error-day-missing = la date manque : tapez 12/09/2026 18:00 ou demain 9h
parse-error-start-missing = le début manque : indiquez-le avant une durée
parse-error-time-missing = l’heure manque : tapez 18h après la date
parse-error-no-such-time = cette heure n’existe pas : les heures vont à 23, les minutes à 59
parse-error-clock-skips = cette heure n’existe pas : le passage à l’heure d’été la saute
parse-error-no-such-offset = les horloges ont un autre décalage à ce moment : ne le tapez pas
parse-error-line-break = contient une tabulation ou un saut de ligne : saisissez une seule valeur

## Raisons de l’indisponibilité du serveur ; `offline-next` ajoute l’heure du prochain essai
offline-refused = { $server } refuse la connexion.
offline-unreachable = { $server } est injoignable.
offline-timed-out = { $server } ne répond pas dans les délais.
offline-closed = { $server } ferme aussitôt la connexion. S’il attend TLS, écrivez https://.
offline-closed-in-tls = { $server } ferme la connexion au lieu de répondre en TLS : est-ce le bon port ?
offline-http1 = { $server } répond en HTTP/1.1 : est-ce le bon port ?
offline-other-protocol = { $server } ne parle pas HTTP/2 : est-ce le bon port ?
offline-speaks-tls = { $server } parle TLS : utilisez https://.
offline-no-tls = { $server } ne parle pas TLS : est-ce le bon port ?
offline-tls-failed = La négociation TLS avec { $server } a échoué.
offline-client-certificate = { $server } demande un certificat à ce client, et epic n’en a pas.
offline-broken = La connexion à { $server } a échoué.

## Le certificat du serveur est refusé
certificate-expired = Le certificat de { $server } a expiré le { $at }.
certificate-not-yet-valid = Le certificat de { $server } n’est valable qu’à partir du { $at }.
certificate-other-name = Le certificat de { $server } est pour un autre nom.
certificate-self-signed = Le certificat de { $server } est auto-signé.
certificate-unknown-authority = L’autorité du certificat de { $server } n’est pas approuvée.
certificate-not-for-servers = Le certificat de { $server } n’est pas destiné aux serveurs.
certificate-of-authority = Le certificat de { $server } est celui d’une autorité : il faut au serveur un certificat signé par une autorité.
certificate-refused = Le certificat de { $server } n’est pas accepté.
certificate-content = Il est pour { $names }, émis par { $issuer } et valable du { $start } au { $end }.
certificate-more-names = { $names } et { $more } autres
certificate-only-subject = aucun serveur (son sujet { $subject } ne compte pas)
certificate-no-name = un serveur sans nom
certificate-no-issuer = une autorité sans nom
certificate-clock = L’horloge de cet ordinateur indique { $now }.

## Erreurs dans les réglages
setting-source-command-line = sur la ligne de commande
setting-source-environment = dans l’environnement
setting-source-file = à la ligne { $line } du fichier de réglages
setting-server = « { $value } » { $source } n’est pas une adresse de serveur comme https://crm.exemple.fr:50051.
setting-insecure = « { $value } » { $source } enverrait les mots de passe en clair. Utilisez https:// ou l’option --insecure.
setting-lang = « { $value } » { $source } n’est pas une langue : en ou fr.
setting-theme = « { $value } » { $source } n’est pas un thème. Les thèmes sont auto, dark, light et terminal.
setting-time-zone = « { $value } » { $source } n’est pas un fuseau horaire comme Europe/Paris.
setting-ca = « { $value } » { $source } n’est pas un fichier de certificat lisible : { $cause }.
setting-ca-invalid = « { $value } » { $source } ne contient pas de certificat au format PEM.
setting-file = Le fichier de réglages { $value } est illisible : { $cause }.
setting-line-syntax = La ligne { $line } du fichier de réglages { $value } n’est pas valide. Écrivez chaque réglage une fois, comme lang = "fr" ou mouse = false.
setting-line-unknown = Ligne { $line } du fichier de réglages { $value } : il n’y a pas de réglage « { $name } ». epic --help en donne la liste.
setting-line-not-utf8 = La ligne { $line } du fichier de réglages { $value } contient un octet qui n’est pas de l’UTF-8. Enregistrez le fichier en UTF-8.
server-unusable = { $server } ne peut pas être utilisé comme serveur : { $cause }
no-terminal = epic nécessite un terminal. Lancez-le sans redirection.
no-demo = Cette version d’epic ne contient pas la démo. Indiquez un serveur : epic --server URL
demo-failed = La démo ne peut pas démarrer : { $cause }
terminal-failed = Le terminal ne peut pas être utilisé : { $cause }
