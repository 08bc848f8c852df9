<?php
// Is this delivery genuine? Needs nothing but PHP 8. Run: SECRET=whsec_... php verify.php ID TIMESTAMP 'v1,...' < body

/** $body must be the bytes as they came (php://input), before json_decode touched them. */
function genuine(string $secret, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    if ($key === '') {
        return false; // without a secret anybody could sign
    }
    $want = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $one) {
        if (hash_equals($want, $one)) {
            return true;
        }
    }
    return false;
}

$good = genuine(getenv('SECRET'), $argv[1], $argv[2], $argv[3], file_get_contents('php://stdin'));
echo $good ? "genuine\n" : "not genuine\n";
exit($good ? 0 : 1);
