alter function keep_a_gestion() reset search_path;
alter function end_sessions() reset search_path;
alter function clients_search() reset search_path;
alter function contracts_search() reset search_path;
alter function events_search() reset search_path;
alter function collaborators_refresh_clients() security invoker reset search_path;
alter function clients_refresh_contracts() security invoker reset search_path;
alter function collaborators_refresh_events() security invoker reset search_path;
alter function contracts_refresh_events() security invoker reset search_path;
revoke all on collaborators, sessions, clients, contracts, events,
    client_records, contract_records, event_records, collaborator_records from epic_app;
