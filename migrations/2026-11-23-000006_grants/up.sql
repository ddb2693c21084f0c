-- Whoever serves works with rows and nothing else. The tables belong to epic_owner, under whom these
-- migrations run; epic-server makes both roles before it begins.
grant select, insert, update, delete on collaborators, sessions, clients, contracts, events
    to epic_app;
grant select on client_records, contract_records, event_records, collaborator_records to epic_app;
