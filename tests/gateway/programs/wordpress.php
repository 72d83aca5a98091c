<?php
// What WordPress does: a proxy from constants of wp-config.php, and a bundle of its own.
[$host, $port] = explode(':', getenv('YESPO_MOCK_GATEWAY'));
define('WP_PROXY_HOST', $host);
define('WP_PROXY_PORT', $port);
$http = curl_init('https://esputnik.com/api/v1/event');
curl_setopt_array($http, [
    CURLOPT_PROXY => WP_PROXY_HOST,
    CURLOPT_PROXYPORT => WP_PROXY_PORT,
    CURLOPT_CAINFO => getenv('CURL_CA_BUNDLE'),
    CURLOPT_POST => true,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_USERPWD => 'shop:key',
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_POSTFIELDS => file_get_contents($argv[1]),
]);
curl_exec($http);
exit(curl_getinfo($http, CURLINFO_RESPONSE_CODE) === 200 ? 0 : 1);
