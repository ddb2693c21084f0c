create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    perform from contracts join clients on clients.id = contracts.client_id
    where contracts.id = new.contract_id for share of contracts, clients;
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

create or replace function lock_named_collaborator() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where id = old.id for update;
    return new;
end $$;

drop function lock_events_of(bigint);
drop function lock_event(bigint);
drop function lock_contract(bigint, boolean, bigint);
