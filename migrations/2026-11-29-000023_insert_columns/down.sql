revoke insert on collaborators, clients, contracts, events from epic_app;
grant insert on collaborators, clients, contracts, events to epic_app;
