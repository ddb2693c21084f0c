# Onglets et fiches
tab-collaborators = Collaborateurs
tab-clients = Clients
tab-contracts = Contrats
tab-events = Événements
record-collaborator = Collaborateur { $id }
record-client = Client { $id }
record-contract = Contrat { $id }
record-event = Événement { $id }
empty-collaborators = Aucun collaborateur pour l’instant.
empty-clients = Aucun client pour l’instant.
empty-contracts = Aucun contrat pour l’instant.
empty-events = Aucun événement pour l’instant.
# A list without records that is restricted to a client, a contract or a collaborator.
empty-related-clients = « { $name } » n’a pas encore de client.
empty-related-contracts = « { $name } » n’a pas encore de contrat.
empty-related-events = « { $name } » n’a pas encore d’événement.
empty-new-help = n  crée la première fiche
no-match = Aucun résultat. Ctrl-U vide la recherche.
order-newest = récents d’abord ↓
position = { $row } sur { $total }
position-end = fin
position-before-end = fin − { $rows }
row-kept = n’est plus dans cette liste
list-not-loaded = Non chargé : pas de connexion.
list-failed = La liste n’a pas pu être chargée.
list-failed-help = r  réessaie
nothing-found = Aucun résultat pour « { $search } ».
nothing-found-filtered = Aucun résultat pour « { $search } » dans « { $filters } ».
nothing-here = Aucune fiche avec ces filtres.
nothing-here-help = Échap  affiche de nouveau toute la liste
nothing-here-opening-help = Échap  revient à « { $filter } »
nothing-here-search-help = Échap  termine la recherche
nothing-here-link-help = Échap  revient en arrière
nothing-here-parent-help = Échap  quitte « { $name } »
nothing-here-as-opened-help = f  affiche les autres
loading = Chargement…
name-you = { $name } (vous)
pane-changes = Dernières modifications
pane-more-below = { $count ->
    [one] encore { $count } ligne
   *[other] encore { $count } lignes
}
pane-more-above = remonter
share-paid = { $percent } % payé
recent-created = création
recent-cleared = retiré
recent-session = sessions
recent-other = modification
recent-you = vous
nobody = personne
yes = oui
no = non
search-label = / chercher :{" "}
filter-parent = pour { $name }

# Colonnes
column-id = N°
column-name = Nom
column-role = Rôle
column-email = E-mail
column-phone = Téléphone
column-company = Entreprise
column-commercial = Commercial
column-updated = Modifié
column-in-charge = Responsable de
column-event-title = Titre
column-client = Client
column-total = Total €
column-remaining = Reste dû €
column-date = Date
column-signed = État
column-start = Début
column-location = Lieu
column-attendees = Invités
column-support = Support
column-created = Création

# Champs
field-name = Nom
field-email = E-mail
field-phone = Téléphone
field-company = Entreprise
field-role = Rôle
field-commercial = Commercial
field-created = Créé
field-updated = Modifié
field-in-charge = Responsable de
field-password = Mot de passe
field-current-password = Mot de passe actuel
field-new-password = Nouveau mot de passe
field-repeated-password = Confirmer
field-successor = Successeur
field-client = Client
field-event-title = Titre
field-total = Total
field-paid = Payé
field-owner = Responsable
field-remaining = Reste dû
field-date = Date
field-signed = Signé
field-event = Événement
field-contract = Contrat
field-start = Début
field-end = Fin
field-length = Durée
field-support = Support
field-location = Lieu
field-attendees = Invités
field-note = Note
strength-0 = très faible
strength-1 = faible
strength-2 = moyen
strength-3 = bon
strength-4 = fort
hint-empty = 12 caractères ou plus : quelques mots sans lien
hint-short = 12 caractères ou plus, de tout type
hint-long = 128 caractères au plus
hint-personal = évitez votre nom, votre e-mail et l’entreprise
hint-common = ce type de mot de passe est courant
hint-names = évitez les prénoms et les noms de famille
hint-keyboard = évitez les touches voisines
hint-repeats = évitez les répétitions
hint-sequence = évitez les suites comme abc ou 123
hint-date = évitez les dates et les années
hint-more-words = ajoutez un ou deux mots peu courants
hint-end-moved = { $length }, fin déplacée avec le début
field-error-not-repeated = diffère du nouveau mot de passe

# États
state-paid = payé
state-signed = signé
state-to-sign = à signer
state-one-time-password = à usage unique, pas encore changé
event-numbered = numéro { $id }
event-none-yet = pas encore
noun-clients = { $count ->
    [one] client
   *[other] clients
}
noun-contracts = { $count ->
    [one] contrat
   *[other] contrats
}
noun-events = { $count ->
    [one] événement
   *[other] événements
}
assigned-clients = { $count ->
    [0] aucun client
    [one] { $count } client
   *[other] { $count } clients
}
assigned-events = { $count ->
    [0] aucun événement
    [one] { $count } événement
   *[other] { $count } événements
}

# Filtres
filter-all = Tous
filter-mine = À moi
filter-gestion = Gestion
filter-commercial = Commercial
filter-support = Support
filter-unassigned = Sans commercial
filter-unsigned = À signer
filter-debtor = À encaisser
filter-no-event = Signés sans événement
filter-no-support = Sans support
filter-upcoming = À venir

# Menus
menu-filter = Afficher seulement
menu-sort = Trier par
menu-go = Aller à
go-client = son client
go-clients = ses clients
go-contract = son contrat
go-contracts = ses contrats
go-event = son événement
go-event-none = son événement, pas encore créé
go-events = ses événements
go-commercial = son commercial

# Formulaires
form-to-correct = { $count } à corriger
hint-number = 0 à { $most }
hint-optional = facultatif
form-login = Connexion
form-own-password = Changer mon mot de passe
form-new-collaborator = Nouveau collaborateur
form-edit-collaborator = Modifier « { $name } »
form-new-client = Nouveau client
form-edit-client = Modifier « { $name } »
form-new-contract = Nouveau contrat
form-edit-contract = Modifier « { $name } »
form-new-event = Nouvel événement
form-edit-event = Modifier « { $name } »
login-intro = Bienvenue. Connectez-vous.
login-resuming = Reprise de votre dernière session…
login-demo = Démo : appuyez sur une touche, puis Entrée.
login-demo-server = démo sur cet ordinateur
login-encrypted = chiffré
login-not-encrypted = non chiffré
signing-in = Connexion…
saving = Enregistrement…
checking = Vérification…
checking-waits = Le serveur ne répond pas : rien n’est encore vérifié ni enregistré. La suite est automatique ; Échap revient à la saisie.
assigning-waits = L’affectation attend le serveur et reprendra automatiquement ; Échap l’annule.
saving-waits = L’enregistrement attend le serveur et reprendra automatiquement. D’ici là, les champs sont verrouillés ; Échap ferme le formulaire.
alternative-theirs = maintenant sur le serveur : { $value }
alternative-mine = votre valeur : { $value }
notice-must-change = Ce mot de passe est à usage unique. Choisissez le vôtre avant de commencer.
throttle-seconds = Trop de mots de passe incorrects. Réessayez dans { $count } s.
throttle-minutes = Trop de mots de passe incorrects. Réessayez dans { $count } min.
throttle-over = Vous pouvez réessayer.
nothing-to-save = Aucune modification à enregistrer.

# Listes de choix
pick-commercial = Affecter un commercial à « { $name } »
pick-support = Qui prend { $name } ?
pick-client = Choisir le client
pick-contract = Choisir un de vos contrats signés sans événement
pick-contract-of = Contrats signés sans événement : { $name }
successor-clients = { $count ->
    [one] { $count } client a besoin d’un successeur
   *[other] { $count } clients ont besoin d’un successeur
}
successor-events = { $count ->
    [one] { $count } événement a besoin d’un successeur
   *[other] { $count } événements ont besoin d’un successeur
}
pick-successor = Choisir un successeur
successor-none = laisser sans responsable
support-free = libre
support-busy = occupé { $when }
support-busy-now = occupé
strip-this = cet événement
strip-other = un autre événement
support-checking = vérification…
support-unchecked = non vérifié
support-none = retirer { $name } de cet événement
pick-now = actuel
pick-nothing = Il n’y a rien à choisir.
pick-no-contract = Aucun contrat signé n’est sans événement : un contrat est d’abord signé.
pick-nobody = Dernière ligne : { $detail }
pick-waiting = Vérification de la disponibilité de { $name }… Entrée affecte sans attendre, après une question.
commercial-stays = Ce client restera suivi par { $name } : ce choix est définitif.
overlap-event = « { $event } », { $when }
overlap-events = { $count ->
    [0] { $first }
    [one] { $first }, et { $count } autre
   *[other] { $first }, et { $count } autres
}
support-week = { $count ->
    [0] aucun cette semaine-là
    [one] { $count } cette semaine-là
   *[other] { $count } cette semaine-là
}

# Confirmations
confirm-discard-title = Abandonner la saisie ?
confirm-discard = Votre saisie n’est pas enregistrée. Fermer quand même le formulaire ?
confirm-waiting-title = Enregistrement en attente
confirm-waiting = L’enregistrement n’a pas encore de réponse : il est peut-être déjà fait. Il ne sera pas renvoyé. Fermer quand même ?
confirm-saving-title = Enregistrement déjà envoyé
confirm-saving = Fermer le formulaire ne l’annule pas. Le fermer quand même ?
confirm-first-title = Affecter au premier de la liste ?
confirm-first = { $who } est en tête de la liste, et vous n’y avez encore rien choisi. Affecter « { $what } » à { $who } ?
confirm-final-title = Affecter définitivement ?
confirm-final = { $who } restera responsable de « { $what } » : ce ne sera plus modifiable. Affecter « { $what } » à { $who } ?
confirm-busy-title = Déjà occupé à ce moment
confirm-busy = { $name } est déjà pris : { $events }. Affecter quand même ?
confirm-unchecked-title = Disponibilité non vérifiée
confirm-unchecked = On ne sait pas si { $name } est libre à ce moment. Affecter quand même ?
confirm-overlap = { $name } a déjà un autre événement à ce moment : { $events }. Enregistrer quand même ?
confirm-overlap-unread = On ne sait pas si un autre événement a lieu à ce moment. { $error } Enregistrer quand même ?
confirm-long-title = Un long événement
confirm-long = Cet événement dure { $length }, du { $from } au { $to }. L’enregistrer ?
confirm-reset-title = Nouveau mot de passe
confirm-reset-yourself = C’est votre propre compte : vous serez déconnecté immédiatement et devrez utiliser le nouveau mot de passe. Le remplacer ?
confirm-handover-title = Changer de département ?
confirm-handover-clients = { $count ->
    [one] { $count } client passe à { $successor }.
   *[other] { $count } clients passent à { $successor }.
} Faire passer { $name } au département { $role } ?
confirm-handover-events = { $count ->
    [one] { $count } événement passe à { $successor }.
   *[other] { $count } événements passent à { $successor }.
} Faire passer { $name } au département { $role } ?
confirm-own-role-title = Votre propre département
confirm-own-role = C’est votre propre compte : vous perdrez immédiatement les droits de gestion, et seul un autre compte gestion pourra vous les rendre. Passer au département { $role } ?
confirm-reset = Donner un nouveau mot de passe à { $name } ? L’ancien ne sera plus valable, et toutes ses sessions prendront fin.
delete-title = Supprimer { $name } ?
delete-nothing = Cette personne n’est responsable d’aucun client ni événement.
delete-affects = Cette personne est responsable de :
delete-to = Tout sera affecté à { $name }.
delete-to-nobody = Tout restera sans responsable. Appuyez sur { $key } pour choisir un successeur.
delete-yourself = C’est votre propre compte : vous serez déconnecté immédiatement. Cette action est définitive.
delete-rights = Cette personne sera déconnectée immédiatement. Cette action est définitive.
secret-title = Mot de passe à usage unique
secret-for = { $name } se connecte avec { $email } et ce mot de passe, puis en choisit un autre :
secret-once = Il n’est affiché qu’une fois et n’est pas conservé. Transmettez-le avant de continuer.
secret-copied = ✓ Envoyé au presse-papiers, si votre terminal le permet.

# Ligne d’état
status-saved = Enregistré : « { $name } ».
status-saved-merged = Enregistré. Modifié entre-temps par d’autres : { $fields }.
status-created = Ajouté : « { $name } ».
status-deleted = Compte supprimé : { $name }.
status-supports = { $who } est le support de « { $what } ».
status-nobody-supports = « { $what } » n’a plus de support.
status-not-saved = Votre saisie n’est pas encore enregistrée.
status-in-charge = { $what } : { $who } est responsable.
status-password-changed = Votre mot de passe est changé.
status-input-full = Il n’y a de la place que pour { $limit } caractères.
status-paste-cut = Coupé à { $limit } caractères : le reste n’est pas collé.
status-burst = Non fait : touche arrivée avec d’autres, comme collée. Appuyez de nouveau.
status-unseen = Rien n’est fait : la question n’était pas affichée. Répondez-y.
account-deleted = Votre compte est supprimé. Il ne permet plus de se connecter.
password-replaced = Votre mot de passe est remplacé. Connectez-vous avec le nouveau.
status-nothing-changed = Rien n’a changé.
signed-out = Vous êtes déconnecté.
signed-out-here = Vous êtes déconnecté de cet appareil, mais le serveur n’a pas mis fin à la session : sans utilisation, elle prend fin par défaut après 12 heures. Pour y mettre fin maintenant, identifiez-vous et ouvrez les sessions avec « o ».
previous-session-open = La session que vous avez quittée est encore ouverte : « o » l’affiche.
session-over = Votre session est terminée ou n’a pas pu être renouvelée. Reconnectez-vous pour reprendre où vous en étiez.
session-not-kept = La session n’est pas conservée : { $cause }.
cause-disk-full = le disque est plein
cause-not-writable = le fichier ou son dossier est protégé
cause-no-home = aucun dossier personnel
cause-no-folder = son dossier ne peut pas être créé
server-back = Le serveur est de nouveau disponible.
offline-next = { $cause } { $seconds ->
    [0] Nouvelle tentative maintenant.
   *[other] Prochaine tentative à { $at }, dans { $seconds } s.
}
# After the key "r".
offline-retry-now = maintenant
# The time of the data on the screen.
offline-shown = données de { $time }
offline-trying = { $cause } Nouvelle tentative…
mouse-on = La souris est de nouveau active.
mouse-off = Souris libérée pour sélectionner du texte. m la reprend.
not-applicable-back = Il n’y a pas d’écran précédent.
not-applicable-here = Cette action ne s’applique pas ici.
not-applicable-delete-clients = Les clients ne peuvent pas être supprimés.
not-applicable-delete-contracts = Les contrats ne peuvent pas être supprimés.
not-applicable-delete-events = Les événements ne peuvent pas être supprimés.
not-applicable-assign-collaborators = Les collaborateurs ne peuvent pas être affectés.
not-applicable-assign-contracts = Un contrat suit son client : affectez le commercial au client.
not-applicable-password = Seuls les collaborateurs ont un mot de passe.
not-applicable-no-record = Aucune fiche n’est sélectionnée.
not-applicable-searching = La liste se charge. Appuyez de nouveau.
not-applicable-scroll = Il n’y a rien à faire défiler.
not-applicable-already-open = La fiche est déjà ouverte.
not-applicable-unsigned = Signez d’abord le contrat, puis ajoutez son événement.
too-small = Epic Events a besoin de { $width } × { $height } caractères ; cette fenêtre en a { $has-width } × { $has-height }. Agrandissez-la.
too-small-quit = Epic Events a besoin de { $width } × { $height } caractères ; cette fenêtre en a { $has-width } × { $has-height }. Agrandissez-la ou quittez avec Ctrl-C.

# Calendrier
week-keys = { $back } { $ahead } semaine
month-keys = { $back } { $ahead } mois
weekday-short-1 = lun.
weekday-short-2 = mar.
weekday-short-3 = mer.
weekday-short-4 = jeu.
weekday-short-5 = ven.
weekday-short-6 = sam.
weekday-short-7 = dim.
weekday-1 = lu
weekday-2 = ma
weekday-3 = me
weekday-4 = je
weekday-5 = ve
weekday-6 = sa
weekday-7 = di
month-name-1 = janvier
month-name-2 = février
month-name-3 = mars
month-name-4 = avril
month-name-5 = mai
month-name-6 = juin
month-name-7 = juillet
month-name-8 = août
month-name-9 = septembre
month-name-10 = octobre
month-name-11 = novembre
month-name-12 = décembre

# L’action refusée, dans « seul le département { $allowed } peut { $what } ».
can-new-collaborators = ajouter un collaborateur
can-new-clients = ajouter un client
can-new-contracts = ajouter un contrat
can-new-events = ajouter un événement
can-edit-collaborators = modifier ce collaborateur
can-edit-clients = modifier ce client
can-edit-contracts = modifier ce contrat
can-edit-events = modifier cet événement
can-assign-clients = affecter un commercial
can-assign-events = affecter un support
can-delete-collaborators = supprimer ce collaborateur
can-password-collaborators = remplacer un mot de passe
