-- epic_app inserts the columns that a request has. The others are generated or have a default: it can
-- neither choose a number, such as that of a deleted collaborator, nor write times, versions and authors.
revoke insert on collaborators, clients, contracts, events from epic_app;
grant insert (request_id, request_digest, name, email, phone, role, password_hash, must_change_password)
    on collaborators to epic_app;
grant insert (request_id, request_digest, name, email, phone, company, commercial_id)
    on clients to epic_app;
grant insert (request_id, request_digest, client_id, event_title, total_cents, remaining_cents, date, signed)
    on contracts to epic_app;
grant insert (request_id, request_digest, contract_id, start_time, end_time, location, attendees, note)
    on events to epic_app;
