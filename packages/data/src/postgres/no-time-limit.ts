/** Takes the limits of time, the server's and ours, off the rest of a transaction. */
export const NO_TIME_LIMIT = 'set local statement_timeout = 0'
