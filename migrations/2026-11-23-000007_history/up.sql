-- The history: every change with its author, old values and new values. Only the functions below
-- add entries, with the rights of their owner; epic_app has read access only.
create table history (
    id bigint generated always as identity primary key,
    time timestamptz not null default now(),
    actor_id bigint,
    actor_name text not null,
    session_id uuid,
    rpc text not null,
    kind text not null constraint history_kind_check check
        (kind in ('created', 'changed', 'deleted', 'session_revoked', 'token_reused')),
    record text not null constraint history_record_check check
        (record in ('collaborator', 'client', 'contract', 'event')),
    record_id bigint not null,
    record_name text not null,
    version bigint,
    changes jsonb not null
);

create index history_by_record on history (record, record_id, id);
create index history_by_actor on history (actor_id, id);
create index history_by_time on history (time);

create view history_records as
select id, time, actor_id, actor_name, session_id, rpc, kind, record, record_id, record_name,
    version, changes::text as changes
from history;

grant select on history, history_records to epic_app;

create function setting_or(name text, otherwise text) returns text
    language sql stable parallel safe
    return coalesce(nullif(current_setting(name, true), ''), otherwise);

-- Returns the display name of a record.
create function record_name(record text, id bigint) returns text
    language sql stable
    return case record
        when 'collaborator' then (select name from collaborators where collaborators.id = $2)
        when 'client' then (select name from clients where clients.id = $2)
        when 'contract' then (select event_title from contracts where contracts.id = $2)
    end;

create function add_history(
    kind text, record text, record_id bigint, record_name text, version bigint, changes jsonb
) returns void
    language sql as $$
    -- Outside of an RPC, the actor is an operator, identified by the database role.
    insert into history
        (actor_id, actor_name, session_id, rpc, kind, record, record_id, record_name, version,
            changes)
    values (setting_or('epic.actor_id', null)::bigint, setting_or('epic.actor', session_user),
        setting_or('epic.session', null)::uuid, setting_or('epic.rpc', 'sql'),
        kind, record, record_id, coalesce(record_name, ''), version, changes);
$$;

-- The arguments are the kind of record and the columns to compare; for a column that references a
-- record, the kind of that record follows an equals sign. Times are in UTC.
create function keep_history() returns trigger
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
declare
    record constant text := tg_argv[0];
    kind constant text := case tg_op
        when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'deleted' end;
    before constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    after constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    this constant jsonb := coalesce(after, before);
    name constant text := case record
        when 'contract' then this ->> 'event_title'
        when 'event' then record_name('contract', (this ->> 'contract_id')::bigint)
        else this ->> 'name' end;
    changes jsonb := '[]';
    field text;
    points_to text;
    was text;
    becomes text;
begin
    for i in 1 .. tg_nargs - 1 loop
        field := split_part(tg_argv[i], '=', 1);
        points_to := split_part(tg_argv[i], '=', 2);
        was := before ->> field;
        becomes := after ->> field;
        continue when was is not distinct from becomes;
        if field = 'password_hash' then
            changes := changes || jsonb_build_object('field', 'password');
        elsif points_to <> '' then
            changes := changes || jsonb_strip_nulls(jsonb_build_object(
                'field', field, 'old', was, 'new', becomes,
                'old_name', record_name(points_to, was::bigint),
                'new_name', record_name(points_to, becomes::bigint)));
        else
            changes := changes || jsonb_strip_nulls(
                jsonb_build_object('field', field, 'old', was, 'new', becomes));
        end if;
    end loop;
    -- The refresh of a search text is not a change.
    if tg_op = 'UPDATE' and changes = '[]' and before -> 'version' = after -> 'version' then
        return null;
    end if;
    perform add_history(kind, record, (this ->> 'id')::bigint, name,
        (after ->> 'version')::bigint, changes);
    perform pg_notify('epic_changes', jsonb_build_object(
        'kind', kind, 'record', record, 'id', this -> 'id', 'version', after -> 'version',
        'actor_id', setting_or('epic.actor_id', null)::bigint,
        'actor_name', setting_or('epic.actor', session_user))::text);
    return null;
end $$;

revoke execute on function add_history(text, text, bigint, text, bigint, jsonb) from public;
revoke execute on function keep_history() from public;

create trigger collaborators_history after insert or delete on collaborators for each row
    execute function keep_history('collaborator', 'name', 'email', 'phone', 'role', 'password_hash');
create trigger collaborators_history_changed after update on collaborators for each row
    execute function keep_history('collaborator', 'name', 'email', 'phone', 'role', 'password_hash');

create trigger clients_history after insert or delete on clients for each row
    execute function keep_history('client', 'name', 'email', 'phone', 'company',
        'commercial_id=collaborator');
create trigger clients_history_changed after update on clients for each row
    execute function keep_history('client', 'name', 'email', 'phone', 'company',
        'commercial_id=collaborator');

create trigger contracts_history after insert or delete on contracts for each row
    execute function keep_history('contract', 'client_id=client', 'event_title', 'total_cents',
        'remaining_cents', 'date', 'signed');
create trigger contracts_history_changed after update on contracts for each row
    execute function keep_history('contract', 'client_id=client', 'event_title', 'total_cents',
        'remaining_cents', 'date', 'signed');

create trigger events_history after insert or delete on events for each row
    execute function keep_history('event', 'contract_id=contract', 'start_time', 'end_time',
        'support_id=collaborator', 'location', 'attendees', 'note');
create trigger events_history_changed after update on events for each row
    execute function keep_history('event', 'contract_id=contract', 'start_time', 'end_time',
        'support_id=collaborator', 'location', 'attendees', 'note');

comment on table history is 'Every change of every record; entries are never changed';
comment on column history.time is 'Start time of the transaction that made the change';
comment on column history.actor_id is 'Collaborator who made the change; null for an operator';
comment on column history.actor_name is 'Full name of the collaborator at the time of the change, or the operator''s database role';
comment on column history.session_id is 'Session in which the change was made';
comment on column history.rpc is 'RPC that made the change, such as UpdateContract; init, load-demo or sql outside of an RPC';
comment on column history.record_name is 'Display name of the record at the time of the change';
comment on column history.version is 'Version of the record after the change; null if the record was deleted or did not itself change';
comment on column history.changes is 'For each changed field: its name, the old and new value, and for a reference to another record the display names of that record';
comment on view history_records is 'History with the changes as text, for reading';
comment on constraint history_kind_check on history is 'Kinds of history entry';
comment on constraint history_record_check on history is 'Kinds of record';
comment on function setting_or is 'Value of a configuration setting, or the alternative if it is empty';
comment on function record_name is 'Returns the display name of a record';
comment on function add_history is 'Adds an entry to the history; only the owner of the history may execute it';
comment on function keep_history is 'Adds a change to the history and notifies every server';
