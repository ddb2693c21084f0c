-- Distinguishes the repetition of a request from another request with the same id.
alter table collaborators add column request_digest bytea;
alter table clients add column request_digest bytea;
alter table contracts add column request_digest bytea;
alter table events add column request_digest bytea;

-- A request that is repeated after its collaborator was deleted creates nothing.
create table deleted_request_ids (
    request_id uuid primary key
);

create function keep_request_id() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into deleted_request_ids values (old.request_id) on conflict do nothing;
    return null;
end $$;

create trigger keep_request_id after delete on collaborators
    for each row when (old.request_id is not null) execute function keep_request_id();

create function check_request_id() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (select from deleted_request_ids where request_id = new.request_id) then
        raise exception 'the request has created a collaborator who was deleted'
            using errcode = 'unique_violation', constraint = 'collaborators_request_id_of_deleted';
    end if;
    return null;
end $$;

create trigger check_request_id after insert on collaborators
    for each row execute function check_request_id();

comment on table deleted_request_ids is 'The requests that have created collaborators who were deleted';
comment on column deleted_request_ids.request_id is 'request_id of the request';
comment on function keep_request_id() is 'Keeps the request_id of a deleted collaborator';
comment on function check_request_id() is 'Refuses a request that has created a collaborator who was deleted';
comment on column collaborators.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
comment on column clients.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
comment on column contracts.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
comment on column events.request_digest is 'SHA-256 of the request that has created the record, and of its caller; null if an earlier version has';
