#!/usr/bin/env bash
# The time of the thousandth page relative to that of the first one, in every order, without and with
# a search, for a million clients. Prints the medians through the server.
#
#   server/benches/million.sh
#
# EPIC_BENCH_DATABASE_URL names the PostgreSQL server, without a database: the script creates one and
# drops it. Default: postgres://postgres@127.0.0.1:5432. Needs about 3 GB of disk space there.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CLIENTS=1000000
WORD=mar # matches one client in eight: Martin, Marchand, Omar

main() {
    build lists
    create_database
    echo "inserting $CLIENTS clients"
    timeout 1200 psql -XqAt -v ON_ERROR_STOP=1 -v clients="$CLIENTS" -d "$DATABASE_URL" <<'SQL'
set epic.actor = 'Bench';
-- A number below `among` that depends only on the row and the field.
create function pg_temp.pick(n bigint, field bigint, among integer) returns integer
    language sql immutable return (hashint8extended(n, field) & 9223372036854775807) % among;
with first(names) as (values (array['Chloé', 'Karim', 'Alice', 'Émile', 'Zoé', 'Hugo', 'Inès',
        'Jules', 'Lina', 'Noé', 'Omar', 'Paul', 'Rose', 'Sacha', 'Théo', 'Yasmine', 'Agnès', 'Basile',
        'Capucine', 'Dylan', 'Eva', 'Félix', 'Gaël'])),
    last(names) as (values (array['Dupont', 'Martin', 'Bernard', 'Thomas', 'Petit', 'Robert',
        'Richard', 'Durand', 'Dubois', 'Moreau', 'Laurent', 'Simon', 'Michel', 'Lefèvre', 'Leroy',
        'Roux', 'David', 'Bertrand', 'Morel', 'Fournier', 'Girard', 'Bonnet', 'François', 'Mercier',
        'Boyer', 'Blanc', 'Guérin', 'Garnier', 'Chevalier', 'Faure', 'Rousseau', 'Clément',
        'Gauthier', 'Perrin', 'Robin', 'Masson', 'Noël', 'Henry', 'Roussel', 'Mathieu', 'Gautier',
        'Marchand', 'Duval', 'Denis', 'Lemaire', 'Meyer', 'Dufour', 'Barbier'])),
    commercial(ids) as (select array_agg(id order by id) from collaborators where role = 'commercial')
insert into clients (request_id, name, email, phone, company, commercial_id, create_time, update_time)
select gen_random_uuid(),
    first.names[1 + pg_temp.pick(n, 1, 23)] || ' ' || last.names[1 + pg_temp.pick(n, 2, 48)],
    'client' || n || '@exemple.test',
    '+33 1 ' || to_char(n, 'FM00 00 00 00'),
    last.names[1 + pg_temp.pick(n, 3, 48)] || ' et fils ' || pg_temp.pick(n, 4, 997),
    ids[1 + pg_temp.pick(n, 5, array_length(ids, 1))],
    now() - pg_temp.pick(n, 6, 100000000) * interval '1 second',
    now() - pg_temp.pick(n, 7, 1000000) * interval '1 second'
from first, last, commercial, generate_series(1, :clients) n;
SQL
    sql -d "$DATABASE_URL" -c 'vacuum analyze' -c checkpoint
    start_server
    timeout 1800 "$programs/examples/lists" "$WORD"
}

main
