#!/bin/sh
# Is this delivery genuine? Needs openssl, od and tr. Run: SECRET=whsec_... sh verify.sh ID TIMESTAMP 'v1,...' < body
# For a look at the terminal; the comparison here is not made in constant time.
set -eu
id=$1 timestamp=$2 signatures=$3

case $timestamp in '' | *[!0-9]*) echo 'not genuine'; exit 1 ;; esac
age=$(($(date +%s) - timestamp))
if [ "$age" -gt 300 ] || [ "$age" -lt -300 ]; then echo 'not genuine'; exit 1; fi

key=$(printf '%s' "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
[ -n "$key" ] || { echo 'not genuine'; exit 1; } # without a secret anybody could sign
want=$({ printf '%s.%s.' "$id" "$timestamp"; cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

for one in $signatures; do
  if [ "$one" = "v1,$want" ]; then echo 'genuine'; exit 0; fi
done
echo 'not genuine'
exit 1
