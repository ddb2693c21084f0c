drop index events_by_period;
