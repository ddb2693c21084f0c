revoke all on collaborators, sessions, clients, contracts, events,
    client_records, contract_records, event_records, collaborator_records from epic_app;
