### La ligne de commande : descriptions des commandes et des options, dans l’aide, les complétions et les pages de manuel.

## L’aide elle-même
cli-usage = Utilisation :
# clap adds a colon to headings.
cli-commands = Commandes{" "}
cli-command = COMMANDE
cli-arguments = Arguments{" "}
cli-options = Options{" "}
cli-global-options = Options générales{" "}
cli-values = { $text } ({ $values })
cli-only = Seulement : { $label }
cli-format-table = Un tableau pour la lecture ; séparé par des tabulations, comme tsv, si la sortie n’est pas un terminal
cli-format-json = Une valeur JSON : un tableau de messages de l’API, ou un message
cli-format-jsonl = Une valeur JSON par ligne
cli-format-csv = Des valeurs séparées par des virgules (RFC 4180), avec une ligne de noms
cli-format-tsv = Des valeurs séparées par des tabulations, avec une ligne de noms
cli-format-plain = Les textes du tableau, séparés par des tabulations, sans noms ni styles
cli-format-ics = Un calendrier (RFC 5545), pour les événements seulement
cli-footer =
    Variables d’environnement, pour ce que la ligne de commande ne fixe pas :
      EPIC_SERVER     le serveur, comme --server
      EPIC_LANG       la langue, comme --lang ; par défaut celle du système
      EPIC_TIME_ZONE  le fuseau horaire, tel que Europe/Paris ; par défaut celui du système
      EPIC_THEME      les couleurs, comme --theme ; par défaut auto
      NO_COLOR        afficher sans couleurs
      EPIC_EMAIL, EPIC_PASSWORD_FILE
                      le compte d’une tâche, qui ne conserve pas de session ; aussi un « credential »
                      de systemd nommé epic-password
      RUST_LOG        ce qui est consigné, tel que debug ; par défaut warn,epic=info

    Fichier de réglages, pour ce que rien d’autre ne fixe : { $file }
      server = "http://127.0.0.1:50051"
      ca = "/etc/epic/ca.pem"
      insecure = false
      lang = "fr"
      time_zone = "Europe/Paris"
      theme = "dark"
      mouse = true

    Le serveur par défaut est http://127.0.0.1:50051.

## Titres des pages de manuel
man-name = NOM
man-extra = COMPLÉMENTS

## Noms des valeurs
value-amount = MONTANT
value-column = COLONNE
value-date = DATE
value-email = E-MAIL
value-etag = ETAG
value-fields = CHAMPS
value-file = FICHIER
value-folder = DOSSIER
value-format = FORMAT
value-id = ID
value-id-name = ID|NOM
value-kind = TYPE
value-kinds = TYPES
value-lang = LANGUE
value-n = N
value-name-id = NOM|ID
value-number = NOMBRE
value-phone = TÉLÉPHONE
value-role = RÔLE
value-shell = SHELL
value-text = TEXTE
value-theme = THÈME
value-token = JETON
value-url = URL
value-uuid = UUID
value-when = QUAND
value-yes-no = OUI|NON

## Commandes ; $kind (text) est un type de fiche
about = Le client d’Epic Events pour le terminal, à l’écran et sur une ligne de shell
about-demo = Lancer une démo : un serveur avec des données d’exemple dans ce processus, supprimées à la fin
about-login = Se connecter : le mot de passe est demandé sans écho, ou lu dans EPIC_PASSWORD_FILE
about-logout = Se déconnecter
about-me = Afficher qui est connecté
about-password = Changer le mot de passe, qui est demandé sans écho
about-sessions = Afficher les sessions du compte, ou mettre fin à l’une d’elles
about-sessions-end = Mettre fin à une session
about-history = Afficher qui a modifié une fiche
about-watch = Afficher les modifications à mesure, jusqu’à Ctrl-C
about-doctor = Vérifier les réglages, la connexion, la session et l’horloge
about-batch = Lancer une commande par ligne de l’entrée standard, sur une seule connexion
about-completions = Écrire les complétions d’un shell
about-man = Écrire la page de manuel, ou une page par commande dans un dossier
about-reference = Écrire la référence de toutes les commandes, comme dans docs/cli.md
about-export = Écrire toutes les fiches d’un type en CSV, en JSON ou en calendrier
about-records = { $kind ->
    [collaborator] Lister, afficher et modifier les collaborateurs
    [client] Lister, afficher et modifier les clients
    [contract] Lister, afficher et modifier les contrats
   *[event] Lister, afficher et modifier les événements
}
about-export-records = { $kind ->
    [collaborator] Exporter les collaborateurs
    [client] Exporter les clients
    [contract] Exporter les contrats
   *[event] Exporter les événements
}
about-list = { $kind ->
    [collaborator] Lister les collaborateurs
    [client] Lister les clients
    [contract] Lister les contrats
   *[event] Lister les événements
}
about-show = { $kind ->
    [collaborator] Afficher un collaborateur
    [client] Afficher un client
    [contract] Afficher un contrat
   *[event] Afficher un événement
}
about-create = { $kind ->
    [collaborator] Créer un collaborateur
    [client] Créer un client
    [contract] Créer un contrat
   *[event] Créer un événement
}
about-edit = { $kind ->
    [collaborator] Modifier un collaborateur
    [client] Modifier un client
    [contract] Modifier un contrat
   *[event] Modifier un événement
}
about-sign = Marquer un contrat comme signé
about-assign = { $kind ->
    [client] Affecter un client à un commercial
   *[event] Affecter un événement à un support, ou à personne
}
about-delete = Supprimer un collaborateur
about-reset-password = Remplacer le mot de passe d’un collaborateur par un mot de passe à usage unique

## Options
option-help = Afficher cette aide
option-version = Afficher la version
option-server = Le serveur : http://hôte:port ou https://hôte:port
option-ca = Un fichier PEM avec une autorité de certification à accepter en plus de celles du système
option-insecure = Autoriser un serveur sur une autre machine sans TLS : les mots de passe circulent en clair
option-lang = La langue : en ou fr
option-theme = Les couleurs : auto (selon le fond, sombre si le terminal ne l’indique pas), dark, light, ou terminal (ses 16 couleurs)
option-no_mouse = Ne pas capturer la souris, pour que le terminal puisse sélectionner du texte
option-format = Le format ; sinon un tableau
option-fields = Les champs, séparés par des virgules, nommés comme en JSON
option-raw = Écrire telles quelles, sans apostrophe, les cellules qu’un tableur prend pour une formule
option-login-email = L’adresse e-mail ; sinon EPIC_EMAIL, ou elle est demandée
option-sessions-id = La session, telle que la liste la nomme
option-kind = Le type de la fiche
option-history-record = Le numéro de la fiche, ou son nom
option-since = Seulement les modifications à partir de cette date ou heure : "hier", "12/9 18h", "2026-09-12T18:00:00Z"
option-history-limit = Le nombre maximal d’entrées, les plus récentes d’abord ; sinon { $limit }
option-records = Seulement ces types de fiche
option-resume = Reprendre après la modification de ce jeton, tiré de --format json
option-keep_going = Continuer après une commande qui échoue. Le code de sortie est celui de la première
option-shell = Le shell
option-into = Le dossier
option-record = { $kind ->
    [collaborator] Le numéro du collaborateur, ou son nom si personne d’autre ne le porte
    [client] Le numéro du client, ou son nom si personne d’autre ne le porte
    [contract] Le numéro du contrat, ou son titre si aucun autre ne le porte
   *[event] Le numéro de l’événement, ou son titre si aucun autre ne le porte
}
option-role-filter = Seulement les collaborateurs de ce rôle
option-client = Seulement ceux de ce client
option-contract = Seulement ceux de ce contrat
option-commercial = Seulement ceux de ce commercial
option-support = Seulement ceux de ce support
option-from = Seulement ceux qui finissent après cette date ou heure : "aujourd’hui", "12/9 18h", "2026-09-12T18:00:00Z"
option-to = Seulement ceux qui commencent avant cette heure, ou au plus tard à cette date
option-search = Seulement ceux qui contiennent ces parties de mots
option-sort = La colonne qui ordonne la liste
option-desc = La plus grande valeur d’abord
option-limit = Le nombre maximal de fiches, au moins 1 ; sinon { $limit }
option-export-limit = Le nombre maximal de fiches, au moins 1 ; sinon toutes
option-all = Toutes les fiches
option-export-all = Toutes les fiches, comme sans --limit
option-output = Le fichier, remplacé quand tout est écrit ; sinon la sortie standard
option-yes = Répondre oui à toutes les questions
option-if-etag = Ne modifier que cette version de la fiche
option-request-id = La même demande avec le même UUID ne crée qu’une fiche : un script peut être relancé
option-owner = Le collaborateur, par son numéro ou son nom entier
option-nobody = Personne : l’événement n’a plus de support
option-successor = Qui reprend ce qui est à sa charge
