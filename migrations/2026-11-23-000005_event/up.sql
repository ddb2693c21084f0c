-- An event has no client column: its client is that of its contract, so they cannot differ.
create table events (
    id bigint generated always as identity primary key,
    request_id uuid not null constraint events_request_id_key unique,
    contract_id bigint not null constraint events_contract_key unique,
    contract_signed boolean not null default true
        constraint events_contract_signed_check check (contract_signed),
    start_time timestamptz not null,
    end_time timestamptz not null,
    support_id bigint,
    support_role text not null default 'support'
        constraint events_support_role_check check (support_role = 'support'),
    location text not null,
    attendees integer not null,
    note text not null,
    create_time timestamptz not null default now(),
    update_time timestamptz not null default now(),
    updated_by text not null default actor_name(),
    version bigint not null default 1,
    location_sort text collate "C" not null generated always as (fold(location)) stored,
    search text not null default '',
    constraint events_contract_fkey foreign key (contract_id, contract_signed)
        references contracts (id, signed),
    constraint events_support_fkey foreign key (support_id, support_role)
        references collaborators (id, role) on delete set null (support_id),
    constraint events_ends_after_start check (end_time > start_time),
    constraint events_attendees_not_negative check (attendees >= 0)
);

create index events_by_start_time on events (start_time, id);
create index events_by_end_time on events (end_time, id);
create index events_by_location on events (location_sort, id);
create index events_by_attendees on events (attendees, id);
create index events_by_create_time on events (create_time, id);
create index events_by_update_time on events (update_time, id);
create index events_by_support on events (support_id, start_time, id);
create index events_search on events using gin (search gin_trgm_ops);

-- An empty search text requests a refresh after a change of a referenced record; a refresh creates
-- no new version. Triggers fire in the order of their names: this one fires before events_search.
create trigger events_new_version before update on events
    for each row when (new.search <> '') execute function new_version();

create function events_search() returns trigger
    language plpgsql as $$
declare
    contract text;
    support text;
begin
    select concat_ws(' ', contracts.event_title, clients.name, clients.company) into contract
    from contracts join clients on clients.id = contracts.client_id
    where contracts.id = new.contract_id for share of contracts, clients;
    select name into support from collaborators where id = new.support_id for share;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support));
    return new;
end $$;

create trigger events_search before insert or update on events
    for each row execute function events_search();

create function collaborators_refresh_events() returns trigger
    language plpgsql as $$
begin
    update events set search = '' where support_id = new.id;
    return null;
end $$;

create trigger collaborators_refresh_events after update of name on collaborators
    for each row when (old.name <> new.name) execute function collaborators_refresh_events();

create function contracts_refresh_events() returns trigger
    language plpgsql as $$
begin
    update events set search = '' where contract_id = new.id;
    return null;
end $$;

-- Also propagates a client's new name, through the client's contracts.
create trigger contracts_refresh_events after update on contracts
    for each row when (old.search <> new.search) execute function contracts_refresh_events();

create view event_records as
select events.id, events.contract_id, contracts.event_title, contracts.client_id,
    clients.name as client_name, clients.company as client_company,
    clients.commercial_id, coalesce(commercial.name, '') as commercial_name,
    events.start_time, events.end_time,
    events.support_id, coalesce(support.name, '') as support_name,
    events.location, events.attendees, events.note,
    events.create_time, events.update_time, events.updated_by, events.version,
    events.location_sort, events.search
from events
join contracts on contracts.id = events.contract_id
join clients on clients.id = contracts.client_id
left join collaborators commercial on commercial.id = clients.commercial_id
left join collaborators support on support.id = events.support_id;

create view contract_records as
select contracts.id, contracts.client_id,
    clients.name as client_name, clients.company as client_company,
    clients.commercial_id, coalesce(commercial.name, '') as commercial_name,
    contracts.event_title, contracts.total_cents, contracts.remaining_cents,
    contracts.date, contracts.signed, events.id as event_id,
    contracts.create_time, contracts.update_time, contracts.updated_by, contracts.version,
    contracts.event_title_sort, contracts.search
from contracts
join clients on clients.id = contracts.client_id
left join collaborators commercial on commercial.id = clients.commercial_id
left join events on events.contract_id = contracts.id;

-- Counts stop at 1,000, which bounds the cost of a list of collaborators.
create view collaborator_records as
select collaborators.id, collaborators.name, collaborators.email, collaborators.phone,
    collaborators.role,
    (select count(*)::integer from
        (select from clients where commercial_id = collaborators.id limit 1000) held
    ) as client_count,
    (select count(*)::integer from
        (select from events where support_id = collaborators.id limit 1000) held
    ) as event_count,
    collaborators.must_change_password,
    collaborators.create_time, collaborators.update_time, collaborators.updated_by,
    collaborators.version, collaborators.name_sort, collaborators.email_sort, collaborators.search
from collaborators;

comment on table events is 'Events that the company runs for its clients';
comment on column events.request_id is 'UUID of the request that created the row; a repetition of the request creates no other row';
comment on column events.contract_signed is 'Always true; second column of the foreign key';
comment on column events.support_id is 'Support in charge, if any';
comment on column events.support_role is 'Always support; second column of the foreign key';
comment on column events.attendees is 'Number of people expected';
comment on column events.updated_by is 'Full name of the author of this version, at the time of the change';
comment on column events.version is 'Version number from which the etag is formed; incremented by every change';
comment on column events.search is 'Folded text that a search matches; maintained by triggers';
comment on constraint events_contract_fkey on events is 'An event belongs to a signed contract, and the contract stays signed while it has an event';
comment on constraint events_contract_key on events is 'A contract has at most one event';
comment on constraint events_contract_signed_check on events is 'Fixes the signature in the foreign key to the contract';
comment on constraint events_support_fkey on events is 'An event''s support has the role support and keeps it while in charge; deleting the support leaves the event unassigned';
comment on constraint events_support_role_check on events is 'Fixes the role in the foreign key to the support';
comment on constraint events_ends_after_start on events is 'An event ends after it starts';
comment on constraint events_attendees_not_negative on events is 'The number of attendees is not negative';
comment on constraint events_request_id_key on events is 'A request creates one event, even if it is repeated';
comment on view event_records is 'Events with the names of the records that they reference';
comment on view contract_records is 'Contracts with the names of the records that they reference';
comment on view collaborator_records is 'Collaborators with the numbers of their clients and events';
