-- The feed of changes: what the servers have not read yet. A notification inside a transaction makes all
-- commits wait for each other, because PostgreSQL queues notifications in the order of the commits.
-- Inserts into this table do not; the servers read it several times a second.
--
-- A server passes the snapshot of its previous read, and receives the rows that are visible now and were
-- not visible then. An order by id or time would miss rows, because transactions do not commit in the
-- order in which they insert. The column xid is not the system column xmin, which has the id of the
-- subtransaction.
create table changes (
    id bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    kind text not null constraint changes_kind_check check
        (kind in ('created', 'changed', 'deleted', 'sessions')),
    record text,
    record_id bigint,
    version bigint,
    actor_id bigint,
    actor_name text,
    primary key (xid, id),
    constraint changes_record_check check
        ((kind = 'sessions') = (record is null) and (record is null) = (record_id is null))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- The servers delete the rows. Only the triggers below insert them, with the rights of their owner.
grant select, delete on changes to epic_app;

create or replace function keep_history() returns trigger
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
    insert into changes (kind, record, record_id, version, actor_id, actor_name)
    values (kind, record, (this ->> 'id')::bigint, (after ->> 'version')::bigint,
        setting_or('epic.actor_id', null)::bigint, setting_or('epic.actor', session_user));
    return null;
end $$;

-- Tells the servers that sessions or accounts have changed: each server caches sessions.
create or replace function tell_sessions() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into changes (kind) values ('sessions');
    return null;
end $$;

-- Most logins end no session.
create function tell_ended_sessions() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (select from ended) then
        insert into changes (kind) values ('sessions');
    end if;
    return null;
end $$;

revoke execute on function tell_sessions(), tell_ended_sessions() from public;

drop trigger sessions_tell on sessions;
create trigger sessions_tell after delete on sessions
    referencing old table as ended
    for each statement execute function tell_ended_sessions();

comment on table changes is 'Changes of the last minute, for the servers; not part of a backup';
comment on column changes.id is 'Order of the changes of a record: inserted while the row of the record is locked';
comment on column changes.xid is 'Transaction that made the change';
comment on column changes.kind is 'What happened to the record; sessions for a change of sessions or accounts, without a record';
comment on column changes.version is 'Version of the record after the change; null if it was deleted';
comment on column changes.actor_id is 'Collaborator who made the change; null for an operator';
comment on column changes.actor_name is 'Full name of the collaborator, or the operator''s database role';
comment on constraint changes_kind_check on changes is 'Kinds of change';
comment on constraint changes_record_check on changes is 'A change of a record names it';
comment on function keep_history is 'Adds a change to the history and to the feed of changes';
comment on function tell_sessions is 'Adds a change of sessions or accounts to the feed of changes';
comment on function tell_ended_sessions is 'Adds the end of sessions to the feed of changes';
