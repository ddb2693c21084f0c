-- A contract has no commercial column: its commercial is that of its client, so they cannot differ.
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
    -- Referenced by an event, so that its contract stays signed.
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

-- An empty search text requests a refresh after a change of a referenced record; a refresh creates
-- no new version. Triggers fire in the order of their names:
-- this one fires before contracts_search.
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

-- Also propagates a commercial's new name, through the commercial's clients.
create trigger clients_refresh_contracts after update on clients
    for each row when (old.search <> new.search) execute function clients_refresh_contracts();

comment on table contracts is 'Contracts of clients';
comment on column contracts.request_id is 'UUID of the request that created the row; a repetition of the request creates no other row';
comment on column contracts.total_cents is 'Price in euro cents';
comment on column contracts.remaining_cents is 'Remaining amount in euro cents';
comment on column contracts.date is 'Date of the contract, without a time zone';
comment on column contracts.updated_by is 'Full name of the author of this version, at the time of the change';
comment on column contracts.version is 'Version number from which the etag is formed; incremented by every change';
comment on column contracts.search is 'Folded text that a search matches; maintained by triggers';
comment on constraint contracts_client_fkey on contracts is 'A contract belongs to a client';
comment on constraint contracts_remaining_not_negative on contracts is 'The remaining amount is not negative';
comment on constraint contracts_remaining_within_total on contracts is 'The remaining amount does not exceed the price';
comment on constraint contracts_id_signed_key on contracts is 'Allows the foreign key of events to require a signed contract';
comment on constraint contracts_request_id_key on contracts is 'A request creates one contract, even if it is repeated';
