-- A contract has no commercial of its own: it is always its client's, so the two cannot differ.
create table contracts (
    id bigint generated always as identity primary key,
    request_id uuid not null constraint contracts_request_id_key unique,
    client_id bigint not null constraint contracts_client_fkey references clients,
    event_title text not null,
    total_cents bigint not null,
    remaining_cents bigint not null,
    date date not null,
    signed boolean not null,
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    updated_by text not null default actor_name(),
    version bigint not null default 1,
    event_title_sort text collate "C" not null generated always as (fold(event_title)) stored,
    search text not null default '',
    constraint contracts_remaining_not_negative check (remaining_cents >= 0),
    constraint contracts_remaining_within_total check (remaining_cents <= total_cents),
    -- What an event points to, so that its contract stays signed.
    constraint contracts_id_signed_key unique (id, signed)
);

create index contracts_by_event_title on contracts (event_title_sort, id);
create index contracts_by_total on contracts (total_cents, id);
create index contracts_by_remaining on contracts (remaining_cents, id);
create index contracts_by_date on contracts (date, id);
create index contracts_by_signed on contracts (signed, id);
create index contracts_by_create_time on contracts (create_time, id);
create index contracts_by_update_time on contracts (update_time, id);
create index contracts_by_client on contracts (client_id, id);
create index contracts_debtor on contracts (id) where remaining_cents > 0;
create index contracts_search on contracts using gin (search gin_trgm_ops);

-- An empty search text asks for a fresh one because a record that this one points to changed: that
-- makes no new version. Triggers fire by name, so this one sees it before contracts_search fills it.
create trigger contracts_new_version before update on contracts
    for each row when (new.search <> '') execute function new_version();

create function contracts_search() returns trigger
    language plpgsql as $$
declare
    client text;
begin
    select concat_ws(' ', clients.name, clients.company, commercial.name) into client
    from clients left join collaborators commercial on commercial.id = clients.commercial_id
    where clients.id = new.client_id for share of clients;
    new.search := fold(concat_ws(' ', new.event_title, client));
    return new;
end $$;

create trigger contracts_search before insert or update on contracts
    for each row execute function contracts_search();

create function clients_refresh_contracts() returns trigger
    language plpgsql as $$
begin
    update contracts set search = '' where client_id = new.id;
    return null;
end $$;

-- A commercial's new name arrives here too, by way of their clients.
create trigger clients_refresh_contracts after update on clients
    for each row when (old.search <> new.search) execute function clients_refresh_contracts();

comment on table contracts is 'What clients have ordered';
comment on column contracts.request_id is 'UUID of the request that made the row; the same request makes no second one';
comment on column contracts.total_cents is 'Price in cents of a euro';
comment on column contracts.remaining_cents is 'What is left to pay, in cents of a euro';
comment on column contracts.date is 'Date of the contract; it has no time zone';
comment on column contracts.updated_by is 'Full name of who made this version, as it was then';
comment on column contracts.version is 'What the etag names; grows with every change';
comment on column contracts.search is 'Every text that a search looks at, kept by triggers';
comment on constraint contracts_client_fkey on contracts is 'A contract belongs to a client';
comment on constraint contracts_remaining_not_negative on contracts is 'What is left to pay is not negative';
comment on constraint contracts_remaining_within_total on contracts is 'What is left to pay is not more than the price';
comment on constraint contracts_id_signed_key on contracts is 'Lets an event ask for a signed contract';
comment on constraint contracts_request_id_key on contracts is 'A request adds one contract, however often it is sent';
