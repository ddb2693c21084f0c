create or replace function keep_a_gestion() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where role = 'gestion' limit 1 for key share;
    if not found then
        raise exception using
            errcode = 'check_violation',
            table = 'collaborators',
            constraint = 'collaborators_last_gestion',
            message = 'the last gestion account can be neither deleted nor moved to another role';
    end if;
    return null;
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

create or replace function clients_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    commercial text;
begin
    if tg_op = 'INSERT' or new.commercial_id is distinct from old.commercial_id then
        perform from collaborators where id = new.commercial_id for key share;
    end if;
    select name into commercial from collaborators where id = new.commercial_id;
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial))
        || ' ' || phone_token(new.phone) || number_token('X', new.id::text);
    return new;
end $$;

drop function lock_assignments(bigint);
drop function lock_assignee(bigint);
