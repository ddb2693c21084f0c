-- Every write locks records in the same order: clients, contracts, events, and those of one kind in the
-- order of their ids. A change of a client updates the search texts of its contracts and events, so a write
-- to one of these that locked it before its client would deadlock with the change.

-- Locks a contract, exclusively or shared, after its client and `other_client`, which the contract may get.
create function lock_contract(contract bigint, exclusively boolean, other_client bigint) returns void
    language plpgsql set search_path = public, pg_temp as $$
declare
    client bigint;
begin
    loop
        select client_id into client from contracts where id = contract;
        if not found then
            return;
        end if;
        perform from clients where id in (client, other_client) order by id for share;
        if exclusively then
            perform from contracts where id = contract and client_id = client for update;
        else
            perform from contracts where id = contract and client_id = client for share;
        end if;
        -- Otherwise the contract has got another client in the meantime.
        exit when found;
    end loop;
end $$;

-- Locks an event exclusively, after its contract.
create function lock_event(event bigint) returns void
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract bigint;
begin
    -- An event keeps its contract.
    select contract_id into contract from events where id = event;
    perform lock_contract(contract, false, null);
    perform from events where id = event for update;
end $$;

-- Locks the events of a support exclusively, after their contracts.
create function lock_events_of(support bigint) returns void
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from clients where id in (
        select contracts.client_id from contracts join events on events.contract_id = contracts.id
        where events.support_id = support
    ) order by id for share;
    perform from contracts where id in (
        select contract_id from events where support_id = support
    ) order by id for share;
    perform from events where support_id = support order by id for no key update;
end $$;

-- A change of the name updates the search texts of the collaborator's clients and events.
create or replace function lock_named_collaborator() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where id = old.id for update;
    perform from clients where commercial_id = old.id order by id for no key update;
    perform lock_events_of(old.id);
    return new;
end $$;

create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    perform lock_contract(new.contract_id, false, null);
    select concat_ws(' ', contracts.event_title, clients.name, clients.company, commercial.name)
        into contract
    from contracts join clients on clients.id = contracts.client_id
        left join collaborators commercial on commercial.id = clients.commercial_id
    where contracts.id = new.contract_id;
    if tg_op = 'INSERT' or new.support_id is distinct from old.support_id then
        perform from collaborators where id = new.support_id for key share;
    end if;
    select name into support from collaborators where id = new.support_id;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support))
        || ' ' || number_token('X', new.id::text);
    return new;
end $$;

comment on function lock_contract is 'Locks a contract until the transaction ends, after its client';
comment on function lock_event is 'Locks an event until the transaction ends, after its contract';
comment on function lock_events_of is 'Locks the events of a support until the transaction ends, after their contracts';
