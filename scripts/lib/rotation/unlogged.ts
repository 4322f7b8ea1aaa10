/** Before a statement with a password in it: one that fails, waits or is slow must not stand in the server's log. */
export const unlogged = `set log_min_error_statement = panic;
set log_min_duration_statement = -1;
set log_statement = 'none';
`
