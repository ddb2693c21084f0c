create or replace function keep_a_gestion() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
begin
    perform from collaborators where role = 'gestion' limit 1 for share;
    if not found then
        raise exception using
            errcode = 'check_violation',
            table = 'collaborators',
            constraint = 'collaborators_last_gestion',
            message = 'the last gestion account can be neither deleted nor moved to another role';
    end if;
    return null;
end $$;

create or replace function clients_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    commercial text;
begin
    select name into commercial from collaborators where id = new.commercial_id for share;
    new.search := fold(concat_ws(' ', new.name, new.email, new.phone, new.company, commercial))
        || ' ' || phone_token(new.phone) || number_token('X', new.id::text);
    return new;
end $$;

create or replace function contracts_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    client text;
begin
    select concat_ws(' ', clients.name, clients.company, commercial.name) into client
    from clients left join collaborators commercial on commercial.id = clients.commercial_id
    where clients.id = new.client_id for share of clients;
    new.search := fold(concat_ws(' ', new.event_title, client))
        || ' ' || number_token('X', new.id::text)
        || number_token('Y', new.total_cents::text)
        || number_token('Y', new.remaining_cents::text)
        || number_token('Z', to_char(new.date, 'YYYYMMDD'));
    return new;
end $$;

create or replace function events_search() returns trigger
    language plpgsql set search_path = public, pg_temp as $$
declare
    contract text;
    support text;
begin
    select concat_ws(' ', contracts.event_title, clients.name, clients.company, commercial.name)
        into contract
    from contracts join clients on clients.id = contracts.client_id
        left join collaborators commercial on commercial.id = clients.commercial_id
    where contracts.id = new.contract_id for share of contracts, clients;
    select name into support from collaborators where id = new.support_id for share;
    new.search := fold(concat_ws(' ', contract, new.location, new.note, support))
        || ' ' || number_token('X', new.id::text);
    return new;
end $$;

drop trigger collaborators_lock_name on collaborators;
drop function lock_named_collaborator();
drop function open_session(bigint, text, bigint, bytea, text, text, interval, interval);
drop function terminate_writers(bigint);
drop function begin_write(uuid, text, bigint, bigint);
drop function is_suspended(bigint, bigint);
drop function lock_removal(bigint);
drop function lock_account(bigint, boolean);
drop table suspensions;

do $$
declare
    called regprocedure;
begin
    for called in
        select oid from pg_proc where pronamespace = 'public'::regnamespace
            and proname in ('begin_login', 'end_login', 'exchange_refresh_token')
    loop
        execute format('alter function %s reset lock_timeout', called);
    end loop;
end $$;
