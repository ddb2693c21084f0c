-- epic_app may access rows only. The tables belong to epic_owner, and these migrations run as that
-- role; epic-server creates both roles before it migrates. epic_app cannot update the columns that
-- triggers maintain (versions, search texts, times).
grant select, insert on collaborators, clients, contracts, events to epic_app;
grant delete on collaborators to epic_app;
grant select, insert, update, delete on sessions to epic_app;
grant update (name, email, phone, role, password_hash, must_change_password)
    on collaborators to epic_app;
grant update (name, email, phone, company, commercial_id) on clients to epic_app;
grant update (client_id, event_title, total_cents, remaining_cents, date, signed)
    on contracts to epic_app;
grant update (start_time, end_time, support_id, location, attendees, note) on events to epic_app;
grant select on client_records, contract_records, event_records, collaborator_records to epic_app;

-- A function that reads tables must resolve them to schema public, even if a temporary table has
-- the same name: foreign keys run these functions with the rights of the table's owner.
alter function keep_a_gestion() set search_path = public, pg_temp;
alter function end_sessions() set search_path = public, pg_temp;
alter function clients_search() set search_path = public, pg_temp;
alter function contracts_search() set search_path = public, pg_temp;
alter function events_search() set search_path = public, pg_temp;

-- Search texts are refreshed with the rights of the functions' owner.
alter function collaborators_refresh_clients() security definer set search_path = public, pg_temp;
alter function clients_refresh_contracts() security definer set search_path = public, pg_temp;
alter function collaborators_refresh_events() security definer set search_path = public, pg_temp;
alter function contracts_refresh_events() security definer set search_path = public, pg_temp;
