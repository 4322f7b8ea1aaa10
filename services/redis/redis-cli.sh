#!/bin/sh
# redis-cli by the socket of this pod and by the password as the Secret has it now: for probes, scripts, and by hand.
REDISCLI_AUTH=$(cat /etc/redis-auth/password) exec /usr/bin/redis-cli -s /run/redis/redis.sock "$@"
